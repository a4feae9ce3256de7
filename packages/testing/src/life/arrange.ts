import { categorical, keys } from '@asktell/core';
import { refused } from '../refused.ts';
import { askLeased, foreignTrial, leaseMs, take, type World } from './world.ts';

/** Milliseconds until the retry of {@link retryInQueue} may start. */
export const backoff = 60_000;

export async function enqueued(world: World): Promise<number> {
  return (await world.open(1)).enqueue({ a: 1, b: 'y' });
}

/** The retry of a lost trial. Its predecessor counts as never run. */
export async function retryInQueue(world: World): Promise<number> {
  await died(world, 1);
  const next = await world.open(2, { orphans: 'fail' });
  await next.optimize(() => 0, { trials: { total: 0 }, retry: { on: ['lost'], backoff } });
  return 1;
}

export async function optimizing(world: World): Promise<number> {
  return (await world.measure(await world.open(1))).trial.number;
}

export async function taking(world: World): Promise<number> {
  return (await take(await world.open(1))).number;
}

export async function leased(world: World): Promise<number> {
  return (await askLeased(await world.open(1))).number;
}

/** A plain ask. Its process has ended since: the caller may tell the trial days later. */
export async function plain(world: World): Promise<number> {
  const { number } = await (await world.open(1)).ask();
  world.kill(1);
  return number;
}

/** A running trial of another program, started some hours ago, with a last heartbeat some minutes ago. */
export async function foreign(
  world: World,
  { hours, heartbeatMinutes }: { readonly hours: number; readonly heartbeatMinutes?: number },
): Promise<number> {
  await world.open(1);
  const number = await world.add(foreignTrial(world.now - hours * 3600e6));
  if (heartbeatMinutes !== undefined) await world.heartbeat(number, world.now - heartbeatMinutes * 60e6);
  return number;
}

export async function stopped(world: World): Promise<number> {
  const study = await world.open(1);
  const { trial, done } = await world.measure(study);
  study.stop();
  await done;
  return trial.number;
}

export async function outOfTime(world: World): Promise<number> {
  const { trial, done } = await world.measure(await world.open(1), { trials: 1, timeout: 100 });
  await world.advance(100);
  await done;
  return trial.number;
}

export async function aborted(world: World): Promise<number> {
  const { signal, abort } = abortable();
  const { trial, done } = await world.measure(await world.open(1), { trials: 1, signal });
  abort();
  await done;
  return trial.number;
}

function abortable(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

export async function closed(world: World): Promise<number> {
  const study = await world.open(1);
  const { number } = await take(study);
  await study.close();
  return number;
}

/** A trial whose `take` loop was left some times before it was told. */
export async function loopLeft(world: World, times: number): Promise<number> {
  const study = await world.open(1);
  let number = -1;
  for (let k = 0; k < times; k++)
    for await (const trial of study.take()) {
      await trial.report(0.5, 0);
      number = trial.number;
      break;
    }
  return number;
}

/** A trial that has taken some processes with it: 1, 2, … */
export async function died(world: World, times: number): Promise<number> {
  let number = -1;
  for (let pid = 1; pid <= times; pid++) {
    number = (await take(await world.open(pid))).number;
    world.kill(pid);
  }
  return number;
}

/** A trial of another host, which has not renewed the lease. */
export async function leaseOver(world: World): Promise<number> {
  const { number } = await take(await world.open(1, { host: 'there' }));
  world.skipClock(leaseMs + 600_000);
  return number;
}

/** The sweep of an ask ends the trial. Its total is used up, so it takes nothing. */
export async function crashed(world: World): Promise<number> {
  const number = await died(world, 3);
  const next = await world.open(4);
  await next.askBatch(1, { total: 0 });
  return number;
}

export async function lost(world: World): Promise<number> {
  const number = await died(world, 1);
  const next = await world.open(2, { orphans: 'fail' });
  await next.askBatch(1, { total: 0 });
  return number;
}

export async function threw(world: World): Promise<number> {
  const study = await world.open(1);
  const objective = (): number => {
    throw new Error('it broke');
  };
  await study.optimize(objective, { trials: 1, catch: true });
  return 0;
}

export async function toldNan(world: World): Promise<number> {
  const study = await world.open(1);
  return (await study.tell(await study.ask(), Number.NaN)).number;
}

export async function returnedText(world: World): Promise<number> {
  const study = await world.open(1);
  await refused('invalid-value', () => study.optimize(() => 'low' as never, { trials: 1 }));
  return 0;
}

/** Another worker defines a parameter differently, before this one stores it. Its value comes from the queue. */
export async function conflicted(world: World): Promise<number> {
  const study = await world.open(1);
  const trial = foreignTrial(world.now);
  const noPoint = { names: [], dists: [], x: [] };
  const fixed = new Map([[keys.fixedParams, { extra: 0.5 }]]);
  await world.add({ ...trial, ...noPoint, state: 'waiting', startedAt: null, systemAttrs: fixed });
  const taken = await take(study);
  const lost = new Map([[keys.failure, { code: 'lost', message: 'gone' }]]);
  const otherwise = { names: ['extra'], dists: [categorical(['p', 'q'])], x: [0] };
  await world.add({ ...trial, ...otherwise, state: 'fail', finishedAt: world.now, systemAttrs: lost });
  taken.suggestFloat('extra', 0, 1);
  await refused('space-conflict', () => taken.report(0.25, 1));
  return taken.number;
}

export async function toldFailed(world: World): Promise<number> {
  const study = await world.open(1);
  return (await study.tell(await study.ask(), undefined, { state: 'fail', reason: 'no disk' })).number;
}

export async function timedOut(world: World): Promise<number> {
  const { trial, done } = await world.measure(await world.open(1), { trials: 1, trialTimeout: 100 });
  await world.advance(100);
  await done;
  return trial.number;
}

export async function pruned(world: World): Promise<number> {
  const study = await world.open(1);
  return (await study.tell(await take(study), undefined, { state: 'pruned' })).number;
}

export async function complete(world: World): Promise<number> {
  const study = await world.open(1);
  return (await study.tell(await take(study), 2.5)).number;
}
