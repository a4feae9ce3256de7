import { randomToken } from '../platform.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { DeclaredSpace } from '../space/compile.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import type { MakeGuard } from './duplicates.ts';
import { consoleEnvironment, defaultLeaseMs, type HandleOptions } from './handle.ts';
import { Ownership } from './owner.ts';
import { Session } from './session.ts';
import { Study } from './study.ts';

/** Milliseconds since 1970, as other hosts count them. Read seldom: leases need no precision. */
const wallClock = (): number => Date.now();

/** Makes the handle of a stored study. */
export function openStudy<P extends object>(
  study: StudyRecord,
  storage: Storage,
  sampler: Sampler,
  pruner: Pruner,
  seed: number,
  space: DeclaredSpace | null,
  options: HandleOptions,
  makeGuard: MakeGuard | null = null,
): Study<P> {
  const environment = options.environment ?? consoleEnvironment;
  const { orphans = 'reclaim', leaseMs = defaultLeaseMs } = options;
  const ownership = new Ownership({
    worker: options.worker,
    session: randomToken(),
    process: environment.process,
    leaseMs: storage.capabilities.shared ? leaseMs : null,
    clock: wallClock,
  });
  const session = new Session({ storage, study, sampler, pruner, seed, environment, ownership, orphans, makeGuard });
  return new Study<P>(session, space, options.ownsStorage === true);
}
