import type { StudyEnvironment } from '@asktell/core';
import { createOutput, onInterrupt, processIdentity } from '#platform';
import { compileExpression } from '../expression/compile-expression.ts';

let shared: StudyEnvironment | undefined;

/** The environment of all studies in this process. They share one output, because a terminal has one status line. */
export function environment(): StudyEnvironment {
  shared ??= {
    process: processIdentity(),
    output: createOutput(),
    compileExpression,
    ...(onInterrupt === undefined ? {} : { onInterrupt }),
  };
  return shared;
}
