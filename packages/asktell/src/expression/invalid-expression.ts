import { AsktellError } from '@asktell/core';

/** Creates an `invalid-expression` error whose message shows the expression with a caret under `position`. */
export function invalidExpression(source: string, position: number, message: string, cause?: unknown): AsktellError {
  const at = Math.min(Math.max(position, 0), source.length);
  const start = source.lastIndexOf('\n', at - 1) + 1;
  const end = source.indexOf('\n', start);
  const line = source.slice(start, end < 0 ? source.length : end);
  // Tabs are kept, so that the caret is aligned for any tab width.
  const indent = line.slice(0, at - start).replace(/[^\t]/g, ' ');
  const text = `Constraint expression: ${message}\n  ${line}\n  ${indent}^`;
  return new AsktellError('invalid-expression', text, cause === undefined ? { position: at } : { position: at, cause });
}
