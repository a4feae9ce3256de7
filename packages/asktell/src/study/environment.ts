import type { StudyEnvironment } from '@asktell/core';
import { createOutput, onInterrupt, processIdentity, startThread } from '#platform';
import { compileExpression } from '../expression/compile-expression.ts';
import { offloadWith } from '../platform/threads.ts';

let shared: StudyEnvironment | undefined;

/** The environment of all studies in this process. They share one output, because a terminal has one status line. */
export function environment(): StudyEnvironment {
  if (shared !== undefined) return shared;
  const output = createOutput();
  shared = {
    process: processIdentity(),
    output,
    compileExpression,
    offload: offloadWith(startThread, (line) => output.warn(line)),
    ...(onInterrupt === undefined ? {} : { onInterrupt }),
  };
  return shared;
}
