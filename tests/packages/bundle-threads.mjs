// The fits of GpSampler in a thread that a bundled page starts, and in the page itself.
import { createStudy as createInCore, MemoryStorage } from '@asktell/core';
import { createStudy, float, GpSampler } from 'asktell';

const few = { spread: 24, near: 16, climbs: 1 };
const space = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, float(-1, 2)]));

/** @param {typeof createStudy | typeof createInCore} create */
async function params(create) {
  const sampler = new GpSampler({ recipe: { effort: few, localEffort: few } });
  const study = await create({ storage: new MemoryStorage(), sampler, seed: 7, space });
  const loss = (/** @type {object} */ point) => Object.values(point).reduce((sum, x) => sum + x * x, 0);
  await study.optimize((trial) => loss(trial.params), { trials: 112 });
  return (await study.trials()).map((trial) => trial.flatParams);
}

/** Runs the same study with and without threads. Returns the number of threads, and whether the proposals are equal. */
export async function fits() {
  let threads = 0;
  const target = /** @type {{ Worker: new (url: string, options?: object) => object }} */ (
    /** @type {unknown} */ (globalThis)
  );
  const { Worker } = target;
  target.Worker = class extends Worker {
    /** @param {string} url @param {object} [options] */
    constructor(url, options) {
      super(url, options);
      threads++;
    }
  };
  const inThread = await params(createStudy);
  target.Worker = Worker;
  return { threads, isSame: JSON.stringify(inThread) === JSON.stringify(await params(createInCore)) };
}
