import { createStudy, isAsktellError, rngFor } from '@asktell/core';
import { HypergradientAdam, HypergradientNesterov, HypergradientSgd, learnedRates, reportRates } from '@asktell/ml';
import { RandomSampler } from '@asktell/sampler-random';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import { hypergradientAdam, hypergradientNesterov, hypergradientSgd } from './hypergradient.ts';

beforeAll(async () => {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
});

/** ((a - 1)² + 10 (b + 2)²) / 2 of two variables. */
function bowl(a: tf.Variable, b: tf.Variable): tf.Scalar {
  const first = tf.sum(tf.square(tf.sub(a, 1)));
  const second = tf.sum(tf.square(tf.add(b, 2)));
  return tf.div(tf.add(first, tf.mul(second, 10)), 2) as tf.Scalar;
}

const settings = [
  ['hypergradientSgd', hypergradientSgd, HypergradientSgd, { rate: 0.01 }],
  ['hypergradientSgd, additive', hypergradientSgd, HypergradientSgd, { rate: 0.01, rule: 'additive', beta: 1e-5 }],
  ['hypergradientNesterov', hypergradientNesterov, HypergradientNesterov, { rate: 0.003, momentum: 0.8 }],
  ['hypergradientAdam', hypergradientAdam, HypergradientAdam, { rate: 0.1, epsilon: 1e-7 }],
  ['hypergradientSgd with limits', hypergradientSgd, HypergradientSgd, { rate: 0.01, maxChange: 0.02, maxRate: 2e-4 }],
] as const;

describe.each(settings)('%s', (_, create, Reference, options) => {
  it('goes the same way as the optimizer on arrays, in two groups, and frees its memory', async () => {
    const before = tf.memory().numTensors;
    const [a, b] = tf.tidy(() => [tf.variable(tf.tensor1d([3, -1])), tf.variable(tf.tensor2d([[1], [2]]))]) as [
      tf.Variable,
      tf.Variable,
    ];
    const optimizer = create(tf, { ...options, groupOf: (name) => (name === a.name ? 'a' : 'b') });
    const x = { a: Float32Array.of(3, -1), b: [Float32Array.of(1, 2)] };
    const reference = new Reference(options);
    let most = 0;
    for (let step = 0; step < 25; step++) {
      optimizer.minimize(() => bowl(a, b), false, [a, b]);
      const [xb] = x.b as [Float32Array];
      reference.step(x, { a: x.a.map((value) => value - 1), b: [xb.map((value) => 10 * (value + 2))] });
      if (step === 1) most = tf.memory().numTensors;
    }
    expect(tf.memory().numTensors).toBe(most);
    for (const [i, value] of [...(await a.data()), ...(await b.data())].entries())
      expect(value).toBeCloseTo([...x.a, ...(x.b[0] as Float32Array)][i] as number, 3);
    const rates = await optimizer.rates();
    for (const group of ['a', 'b'])
      expect((rates[group] as number) / (reference.rates[group] as number)).toBeCloseTo(1, 3);
    expect(optimizer.history).toEqual({ steps: [25], rates: { a: [rates['a']], b: [rates['b']] } });
    optimizer.dispose();
    a.dispose();
    b.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.each([
  ['hypergradientSgd', hypergradientSgd, HypergradientSgd, {}],
  ['hypergradientNesterov', hypergradientNesterov, HypergradientNesterov, {}],
  ['hypergradientAdam', hypergradientAdam, HypergradientAdam, { epsilon: 1e-7 }],
] as const)('the guard of %s', (_, create, Reference, options) => {
  /** The rates of both after each step, for gradients of a function of the position and the step. */
  async function rates(
    rate: number,
    steps: number,
    gradient: (x: Float32Array, step: number) => number[],
  ): Promise<{ readonly tensors: number[]; readonly arrays: number[] }> {
    const variable = tf.variable(tf.tensor1d([3, -1]));
    const optimizer = create(tf, { ...options, rate });
    const reference = new Reference({ ...options, rate });
    const x = Float32Array.of(3, -1);
    const [tensors, arrays]: [number[], number[]] = [[], []];
    for (let step = 0; step < steps; step++) {
      const own = gradient((await variable.data()) as Float32Array, step);
      tf.tidy(() => optimizer.applyGradients({ [variable.name]: tf.tensor1d(own) }));
      reference.step(x, Float32Array.from(gradient(x, step)));
      tensors.push((await optimizer.rates())['all'] as number);
      arrays.push(reference.rates['all'] as number);
    }
    optimizer.dispose();
    variable.dispose();
    return { tensors, arrays };
  }

  it.each([0.1, 1, 100])('takes overshoots back like the optimizer on arrays, from rate %s', async (rate) => {
    const { tensors, arrays } = await rates(rate, 30, ([a = 0, b = 0]) => [a, 10 * b]);
    for (const [step, expected] of arrays.entries()) expect((tensors[step] as number) / expected).toBeCloseTo(1, 2);
    expect(arrays.some((value, step) => step > 0 && value < 0.7 * (arrays[step - 1] as number))).toBe(true);
  });

  it('recognises noise like the optimizer on arrays', async () => {
    const rng = rngFor(18, 0, 'noise');
    const noise = Array.from({ length: 400 }, () => rng.normal());
    const { tensors, arrays } = await rates(0.1, 200, (_x, step) => noise.slice(2 * step, 2 * step + 2));
    for (const [step, expected] of arrays.entries()) expect((tensors[step] as number) / expected).toBeCloseTo(1, 2);
    // The rate falls to a thousandth, and then goes on from a large one.
    expect(arrays.some((value, step) => step > 0 && value > 20 * (arrays[step - 1] as number))).toBe(true);
  });
});

describe('training a model', () => {
  const x = tf.tensor2d(Array.from({ length: 64 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]));
  const y = tf.tensor2d(Array.from({ length: 64 }, (_, i) => [Math.sin(i) * 2 + Math.cos(3 * i) ** 2]));

  function network(optimizer: tf.Optimizer): layers.Sequential {
    const model = layers.sequential();
    const kernelInitializer = layers.initializers.glorotUniform({ seed: 1 });
    model.add(layers.layers.dense({ units: 8, activation: 'tanh', inputShape: [2], kernelInitializer }));
    model.add(layers.layers.dense({ units: 1, kernelInitializer }));
    model.compile({ optimizer, loss: 'meanSquaredError' });
    return model;
  }

  it('works with model.fit, and the rates go to a trial', async () => {
    const study = await createStudy({ sampler: new RandomSampler() });
    const trial = await study.ask();
    const optimizer = hypergradientAdam(tf, { rate: 1e-3 });
    const model = network(optimizer);
    const losses: number[] = [];
    for (let epoch = 0; epoch < 4; epoch++) {
      const { history } = await model.fit(x, y, { epochs: 15, batchSize: 64, shuffle: false, verbose: 0 });
      losses.push(...(history['loss'] as number[]));
      await optimizer.rates();
    }
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] as number));
    expect(optimizer.history.steps).toEqual([15, 30, 45, 60]);
    await reportRates(trial, optimizer);
    await study.tell(trial, losses.at(-1));
    const [told] = await study.trials();
    if (told === undefined) throw new Error('the study has a trial');
    expect(learnedRates(told)).toEqual({ all: Math.max(...(optimizer.history.rates['all'] as number[]).slice(2)) });
  });

  it('leaves the rates as they are after a gradient that is not finite', async () => {
    const optimizer = hypergradientSgd(tf, { rate: 0.01, warmup: false });
    const a = tf.variable(tf.tensor1d([1, 2]));
    optimizer.minimize(() => tf.sum(tf.square(a)) as tf.Scalar, false, [a]);
    optimizer.minimize(() => tf.sum(tf.mul(a, Number.NaN)) as tf.Scalar, false, [a]);
    const { all } = await optimizer.rates();
    expect(all).toBeCloseTo(0.01, 7);
  });

  it('has a configuration, and a name for serialization', () => {
    const optimizer = hypergradientNesterov(tf, { rate: 0.5, groupOf: () => 'all' });
    expect(optimizer.getConfig()).toEqual({ rate: 0.5 });
    expect(optimizer.getClassName()).toBe('hypergradientNesterov');
  });
});

describe('bad input', () => {
  const variable = tf.variable(tf.tensor1d([1]), true, 'bad-input');
  const step = (optimizer: tf.Optimizer): unknown =>
    optimizer.minimize(() => tf.sum(variable) as tf.Scalar, false, [variable]);
  it.each<readonly [string, () => unknown]>([
    ['no TensorFlow.js', () => hypergradientSgd(null as never)],
    ['another object', () => hypergradientAdam({ Optimizer: tf.Optimizer } as never)],
    ['a negative rate', () => hypergradientAdam(tf, { rate: -1 })],
    ['an unknown option', () => hypergradientSgd(tf, { momentum: 0.9 } as never)],
    ['a groupOf that is not a function', () => hypergradientSgd(tf, { groupOf: 'all' as never })],
    ['options that are null', () => hypergradientNesterov(tf, null as never)],
    ['a groupOf without a name', () => step(hypergradientSgd(tf, { groupOf: () => 3 as never }))],
    ['an unknown group', () => step(hypergradientSgd(tf, { rate: { kernels: 0.1 }, groupOf: () => 'biases' }))],
    ['a gradient of an unknown variable', () => hypergradientSgd(tf).applyGradients({ nothing: tf.scalar(1) })],
  ])('%s is an invalid argument', (_, work) => {
    try {
      work();
      expect.unreachable();
    } catch (error) {
      expect(isAsktellError(error, 'invalid-argument')).toBe(true);
    }
    expect([...variable.dataSync()]).toEqual([1]);
  });
});
