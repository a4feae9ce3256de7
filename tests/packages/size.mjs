// The least that runs a study: core and one sampler.
import { createStudy, MemoryStorage } from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';

Object.assign(globalThis, { createStudy, MemoryStorage, RandomSampler });
