import type { StudyEnvironment } from '@asktell/core';
import { createOutput, processIdentity } from '#platform';
import { compileExpression } from '../expression/compile-expression.ts';

let shared: StudyEnvironment | undefined;

/** The surroundings of every study of this process: one output, so that two studies do not fight for the status line. */
export function environment(): StudyEnvironment {
  shared ??= { process: processIdentity(), output: createOutput(), compileExpression };
  return shared;
}
