// What check:packages runs on every runtime: a study in a file that is killed and resumed, and a study in memory for each family
// of samplers. Objectives only use operations that IEEE 754 defines, so that equal parameters give equal values.
import {
  CmaEsSampler,
  categorical,
  createStudy,
  DifferentialEvolutionSampler,
  float,
  GeneticSampler,
  GpSampler,
  HyperbandPruner,
  int,
  MemoryStorage,
  NsgaIIISampler,
  NsgaIISampler,
  oneOf,
  QmcSampler,
  RandomSampler,
  TpeSampler,
  TrialPruned,
  where,
} from 'asktell';

const space = where(
  {
    rate: float(1e-5, 1, { log: true }),
    low: int(1, 50),
    high: int(1, 100),
    dropout: float(0, 0.5, { step: 0.05 }),
    model: oneOf({
      svm: { c: float(1e-3, 1e3, { log: true }) },
      tree: { depth: int(1, 20), rule: categorical(['gini', 'entropy']) },
    }),
  },
  'low <= high',
  ({ rate, high }) => rate * high <= 60,
);

/** @param {import('asktell').InferParams<typeof space>} params */
function loss({ rate, low, high, dropout, model }) {
  const branch =
    model.type === 'svm' ? (model.c - 2) ** 2 / 100 : (model.depth - 6) ** 2 / 20 + (model.rule === 'gini' ? 0 : 1);
  return (rate - 0.1) ** 2 + (high - low - 20) ** 2 / 400 + (dropout - 0.2) ** 2 + branch;
}

/** For samplers without branches: log ranges of floats and integers, steps, choices. */
const flat = {
  rate: float(1e-5, 1, { log: true }),
  units: int(1, 500, { log: true }),
  shift: float(-5, 5),
  dropout: float(0, 0.5, { step: 0.05 }),
  rule: categorical(['gini', 'entropy', 'log-loss']),
};

/** Number of trials, objectives and a sampler by family. */
const families = {
  tpe: [100, 1, () => new TpeSampler()],
  gp: [40, 1, () => new GpSampler()],
  'cma-es': [200, 1, () => new CmaEsSampler()],
  de: [200, 1, () => new DifferentialEvolutionSampler()],
  genetic: [200, 1, () => new GeneticSampler()],
  'nsga-ii': [200, 2, () => new NsgaIISampler()],
  'nsga-iii': [200, 3, () => new NsgaIIISampler()],
  'tpe, two objectives': [100, 2, () => new TpeSampler()],
  qmc: [64, 1, () => new QmcSampler()],
  random: [200, 1, () => new RandomSampler()],
};

/** One study in memory for each family. Trials with one objective can be pruned. Returns the parameters, and what was pruned. */
async function runFamilies() {
  const found = Object.entries(families).map(async ([name, [total, objectives, sampler]]) => {
    const directions = /** @type {('minimize' | 'maximize')[]} */ (
      ['minimize', 'maximize', 'minimize'].slice(0, objectives)
    );
    const pruner = new HyperbandPruner({ minResource: 1, maxResource: 9 });
    // Hyperband derives brackets from the name.
    const study = await createStudy({
      name,
      storage: new MemoryStorage(),
      sampler: sampler(),
      space: flat,
      seed: 7,
      directions,
      pruner,
    });
    await study.optimize(
      async (trial) => {
        const { rate, units, shift, dropout, rule } = trial.params;
        const first = (rate - 0.01) ** 2 * 100 + (units - 60) ** 2 / 1e4 + (rule === 'entropy' ? 0 : 0.3);
        const second = (shift - 1) ** 2 + (dropout - 0.2) ** 2 - rate;
        if (objectives > 1) return [first, second, first * second + units].slice(0, objectives);
        for (let step = 1; step <= 9; step++) {
          await trial.report((first + second) * (1 + 1 / step), step);
          if (await trial.shouldPrune()) throw new TrialPruned();
        }
        return first + second;
      },
      { trials: { total } },
    );
    const trials = await study.trials({ states: ['complete', 'pruned'] });
    return [name, trials.map(({ params, state }) => ({ ...params, state }))];
  });
  return Object.fromEntries(await Promise.all(found));
}

/**
 * Runs the study up to 200 trials, and the studies in memory. Returns the parameters of every trial by study.
 * @param {import('asktell').StorageOption} storage
 * @param {(number: number) => void} [onTrial]
 */
export async function runStudy(storage, onTrial) {
  const study = await createStudy({ name: 'runtimes', storage, space, seed: 20, loadIfExists: true });
  await study.optimize(
    (trial) => {
      onTrial?.(trial.number);
      return loss(trial.params);
    },
    { trials: { total: 200 } },
  );
  const trials = await study.trials({ states: ['complete'] });
  const file = trials.map(({ params }) => params);
  const result = { studies: { file, ...(await runFamilies()) }, functions: functionHashes() };
  return { study, result };
}

/** A checksum of the bits of functions of `Math` whose precision the language leaves open. They differ between engines. */
function functionHashes() {
  const { exp, log, pow, log1p, expm1, sin, cos, tan, tanh, atan } = Math;
  const functions = {
    exp,
    log,
    log1p,
    expm1,
    sin,
    cos,
    tan,
    tanh,
    atan,
    pow: (/** @type {number} */ x) => pow(x, 1.7),
  };
  return Object.fromEntries(
    Object.entries(functions).map(([name, f]) => {
      const bits = new Uint32Array(Float64Array.from({ length: 5000 }, (_, i) => f((i + 0.5) / 700)).buffer);
      return [name, bits.reduce((hash, word) => Math.imul(hash ^ word, 0x01000193) >>> 0, 0x811c9dc5)];
    }),
  );
}
