import { AsktellError } from '@asktell/core';

/** An `invalid-expression` error that shows the expression with a caret under `position`. */
export function invalidExpression(source: string, position: number, message: string, cause?: unknown): AsktellError {
  const at = Math.min(Math.max(position, 0), source.length);
  const start = source.lastIndexOf('\n', at - 1) + 1;
  const end = source.indexOf('\n', start);
  const line = source.slice(start, end < 0 ? source.length : end);
  // Tabs stay tabs, so that the caret stands where the reader's terminal puts the character.
  const indent = line.slice(0, at - start).replace(/[^\t]/g, ' ');
  const text = `Constraint expression: ${message}\n  ${line}\n  ${indent}^`;
  return new AsktellError('invalid-expression', text, cause === undefined ? { position: at } : { position: at, cause });
}
