import { memory } from '../sampler/subject.ts';
import { testSampler } from '../sampler/test-sampler.ts';
import { BranchSampler } from './branch-sampler.ts';
import { ExclusiveSampler } from './exclusive-sampler.ts';
import { operationLog } from './operation-log-subject.ts';
import { PendingSampler } from './pending-sampler.ts';
import { PopulationSampler } from './population-sampler.ts';

const storages = [memory, operationLog];

testSampler('population', { make: () => new PopulationSampler(), storages });
testSampler('pending', { make: () => new PendingSampler(), storages });
testSampler('branch', { make: () => new BranchSampler(), storages });
testSampler('exclusive', { make: () => new ExclusiveSampler(), storages });
