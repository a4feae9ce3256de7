import type { ThreadModule } from '@asktell/core';
import type { FitRequest } from '../model/fit.ts';
import { run } from './fit-thread.ts';

/** The fit of a model in another thread. */
export const fitModule: ThreadModule<FitRequest, Float64Array> = {
  name: 'GpSampler',
  run,
  script: async () => (await import('./fit-script.ts')).script,
};
