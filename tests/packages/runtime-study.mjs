// The study that check:packages runs on every runtime: a typed space with branches and constraints, TPE, a fixed seed.
import { categorical, createStudy, float, int, oneOf, where } from 'asktell';

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

/**
 * Runs the study up to 200 trials. Returns the parameters of every trial.
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
  const result = { params: trials.map(({ params }) => params), functions: functionHashes() };
  return { study, result };
}

/** A checksum of the bits of each function of `Math` whose precision the language leaves open. */
function functionHashes() {
  const { exp, log, pow, log1p, expm1, sqrt, sin, cos, tanh, atan } = Math;
  const functions = {
    exp,
    log,
    log1p,
    expm1,
    sqrt,
    sin,
    cos,
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
