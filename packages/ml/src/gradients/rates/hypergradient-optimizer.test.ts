import { readFileSync } from 'node:fs';
import { createStudy, isAsktellError, rngFor } from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { HypergradientAdam } from './adam.ts';
import type { HypergradientOptimizer } from './hypergradient-optimizer.ts';
import { HypergradientNesterov } from './nesterov.ts';
import type { RateOptions } from './rate-options.ts';
import { HypergradientSgd } from './sgd.ts';
import { learnedRates, reportRates } from './trial-rates.ts';

interface Case {
  readonly problem: 'rosenbrock' | 'logistic';
  readonly method: keyof typeof classes;
  readonly rate: number;
  readonly beta: number;
  readonly start: readonly number[];
  readonly path: readonly (readonly number[])[];
  readonly rates: readonly number[];
}

/** Made by make-hypergradient-fixture.py. */
const fixture = JSON.parse(readFileSync(new URL('./fixtures/hypergradient.json', import.meta.url), 'utf8')) as {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly cases: readonly Case[];
};

const classes = { sgd: HypergradientSgd, nesterov: HypergradientNesterov, adam: HypergradientAdam };
const optimizers = Object.values(classes);

const gradients = {
  rosenbrock(x: Float64Array): Float64Array {
    const [a, b] = x as unknown as readonly [number, number];
    return Float64Array.of(-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a));
  },
  logistic(w: Float64Array): Float64Array {
    const { X, y } = fixture;
    const sum = new Float64Array(w.length);
    for (const [i, row] of X.entries()) {
      const z = row.reduce((total, value, j) => total + value * (w[j] as number), 0);
      for (const [j, value] of row.entries())
        sum[j] = (sum[j] as number) + (value * (1 / (1 + Math.exp(-z)) - (y[i] as number))) / X.length;
    }
    return sum;
  },
};

/** Largest difference, relative to the largest of the expected numbers. */
function difference(actual: readonly number[], expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs), 1e-300);
  return Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] as number)))) / scale;
}

/** The gradient of Σ scale · i · x_i² / 2. */
function bowl(x: Float64Array | Float32Array, scale = 1): Float64Array {
  return Float64Array.from(x, (value, i) => scale * (i + 1) * value);
}

describe('the additive rule', () => {
  it.each(fixture.cases)('reproduces the paper: $method on $problem from rate $rate', (example) => {
    const { problem, method, rate, beta, start, path, rates } = example;
    const optimizer = new classes[method]({ rule: 'additive', rate, beta });
    const x = Float64Array.from(start);
    for (const [step, expected] of path.entries()) {
      optimizer.step(x, gradients[problem](x));
      expect(difference([...x], expected)).toBeLessThan(1e-10);
      expect(difference([optimizer.rates['all'] as number], [rates[step] as number])).toBeLessThan(1e-10);
    }
  });

  it('never makes a rate negative', () => {
    const optimizer = new HypergradientSgd({ rule: 'additive', rate: 0.1, beta: 10 });
    const x = Float64Array.of(1);
    optimizer.step(x, Float64Array.of(1));
    optimizer.step(x, Float64Array.of(-1));
    expect(optimizer.rates).toEqual({ all: 0 });
    expect([...x]).toEqual([0.9]);
  });
});

describe('the multiplicative rule', () => {
  property.prop([fc.integer({ min: 1, max: 8 }), fc.double({ min: -60, max: 60, noNaN: true }), fc.nat()])(
    'does not depend on the scale of the loss',
    (length, exponent, seed) => {
      // SGD with gradients s times larger and a rate s times smaller goes the same way. Powers of 2 do not round.
      const scale = 2 ** Math.round(exponent);
      const start = Float64Array.from({ length }, (_, i) => Math.sin(seed + i));
      const run = (factor: number): readonly number[] => {
        const x = start.slice();
        const optimizer = new HypergradientSgd({ rate: 0.3 / factor });
        for (let step = 0; step < 30; step++) optimizer.step(x, bowl(x, factor));
        return [...x];
      };
      expect(run(scale)).toEqual(run(1));
    },
  );

  it.each(optimizers)('%o raises a rate that is too small and lowers one that is too large', (Optimizer) => {
    for (const [rate, isRaised] of [
      [1e-5, true],
      [1.5, false],
    ] as const) {
      const optimizer = new Optimizer({ rate, warmup: false, beta: 0.02 });
      const x = Float64Array.of(1, 1, 1);
      for (let step = 0; step < 40; step++) optimizer.step(x, bowl(x));
      const now = optimizer.rates['all'] as number;
      expect(isRaised ? now > 1.5 * rate : now < rate).toBe(true);
    }
  });

  it('changes a rate by at most beta per step, and by at most maxChange', () => {
    for (const [options, most] of [
      [{ warmup: false, guard: false, beta: 0.02 }, 0.02],
      [{ warmup: false, beta: 0.5, maxChange: 0.1 }, 0.1],
      [{ rate: 10, maxChange: 0.05 }, 0.05],
      [{ rule: 'additive', beta: 100, rate: 0.1, maxChange: 0.2 }, 0.2],
    ] as readonly [RateOptions, number][]) {
      const optimizer = new HypergradientSgd(options);
      const x = Float64Array.of(3, 1);
      let last: number | undefined;
      for (let step = 0; step < 50; step++) {
        optimizer.step(x, bowl(x));
        const rate = optimizer.rates['all'] as number;
        if (last !== undefined && last > 0) expect(Math.abs(rate / last - 1)).toBeLessThanOrEqual(most + 1e-12);
        last = rate;
      }
    }
  });

  it('starts the warm-up at a hundredth of the rate', () => {
    const optimizer = new HypergradientAdam({ rate: 0.5 });
    optimizer.step(Float64Array.of(1), Float64Array.of(1));
    expect(optimizer.rates['all']).toBeCloseTo(0.005, 12);
    const without = new HypergradientAdam({ rate: 0.5, warmup: false });
    without.step(Float64Array.of(1), Float64Array.of(1));
    expect(without.rates).toEqual({ all: 0.5 });
  });

  it('keeps the rates fixed with beta 0, and inside minRate and maxRate', () => {
    const x = Float64Array.of(1, 2);
    const fixed = new HypergradientNesterov({ rate: 0.01, beta: 0 });
    const bounded = new HypergradientSgd({ rate: 0.01, warmup: false, beta: 0.9, minRate: 0.008, maxRate: 0.012 });
    const seen = new Set<number>();
    for (let step = 0; step < 300; step++) {
      fixed.step(x, bowl(x));
      const y = Float64Array.of(1, 1);
      bounded.step(y, bowl(y, step % 3 === 0 ? 1 : -1));
      seen.add(bounded.rates['all'] as number);
    }
    expect(fixed.rates).toEqual({ all: 0.01 });
    expect(Math.min(...seen)).toBe(0.008);
    expect(Math.max(...seen)).toBe(0.012);
  });

  it('does not change a rate after a gradient of zero', () => {
    const optimizer = new HypergradientSgd({ rate: 0.1, warmup: false });
    const x = Float64Array.of(1);
    for (const g of [1, 0, 1]) optimizer.step(x, Float64Array.of(g));
    expect(optimizer.rates).toEqual({ all: 0.1 });
  });
});

describe('the guard', () => {
  const step = (optimizer: HypergradientOptimizer, x: Float64Array, g: number): void =>
    optimizer.step(x, Float64Array.of(g));

  it('lowers the rate after an overshoot, and goes on from there', () => {
    const optimizer = new HypergradientSgd({ rate: 0.5, warmup: false });
    const x = Float64Array.of(1);
    step(optimizer, x, 1);
    step(optimizer, x, -2);
    expect(optimizer.rates).toEqual({ all: 0.05 });
    expect(x[0]).toBeCloseTo(0.5 + 0.05 * 2, 12);
  });

  it('takes a step back that has gone too far, in part', () => {
    const optimizer = new HypergradientSgd({ rate: 0.5, warmup: false });
    const x = Float64Array.of(1);
    step(optimizer, x, 1);
    step(optimizer, x, -20);
    expect(optimizer.rates).toEqual({ all: 0.05 });
    expect(x[0]).toBeCloseTo(1 - 0.05, 12);
    step(optimizer, x, 0.9); // is compared with the first gradient, not with the one that was dropped
    expect(optimizer.rates['all']).toBeCloseTo(0.05 * 1.5, 12);
    expect(x[0]).toBeCloseTo(0.95 - 0.075 * 0.9, 12);
  });

  it.each([HypergradientNesterov, HypergradientAdam])(
    'starts the momentum of %o again if it led uphill',
    (Optimizer) => {
      const optimizer = new Optimizer({ rate: 0.1, warmup: false });
      const x = Float64Array.of(0);
      for (const g of [1, 1, 1]) step(optimizer, x, g);
      const before = x[0] as number;
      step(optimizer, x, -0.3); // momentum goes on against this gradient
      expect(x[0]).toBeLessThan(before);
      const rate = optimizer.rates['all'] as number;
      step(optimizer, x, -1);
      expect(x[0]).toBeCloseTo(before, 12);
      expect(optimizer.rates['all']).toBeCloseTo(rate * (Optimizer === HypergradientAdam ? 0.6 : 0.5), 12);
      step(optimizer, x, -1);
      expect(x[0]).toBeGreaterThan(before);
    },
  );

  it.each(optimizers)('%o changes nothing about an overshoot without it', (Optimizer) => {
    const optimizer = new Optimizer({ rate: 0.5, warmup: false, guard: false, beta: 0.02, target: 0 });
    const x = Float64Array.of(1);
    step(optimizer, x, 1);
    step(optimizer, x, -20);
    expect(optimizer.rates['all']).toBeCloseTo(0.5 * 0.98, 12);
  });

  property.prop([fc.double({ min: -8, max: 3, noNaN: true }), fc.constantFrom(...optimizers)])(
    'reaches the minimum from any rate, and stays there',
    (exponent, Optimizer) => {
      const optimizer = new Optimizer({ rate: 10 ** exponent });
      const x = Float64Array.of(1, -2, 0.5, 3);
      for (let n = 0; n < 3000; n++) optimizer.step(x, bowl(x, 5));
      expect(Math.max(...x.map(Math.abs))).toBeLessThan(1e-3);
    },
  );

  it.each(optimizers)('%o goes on with noisy gradients', (Optimizer) => {
    const optimizer = new Optimizer({ rate: 0.01 });
    const rng = rngFor(18, 0, 'noise');
    const x = new Float64Array(20).fill(1);
    for (let n = 0; n < 4000; n++)
      optimizer.step(
        x,
        bowl(x, 0.1).map((g) => g + 0.3 * rng.normal()),
      );
    expect(optimizer.rates['all']).toBeGreaterThan(1e-4);
    expect(Math.hypot(...x) / Math.sqrt(20)).toBeLessThan(0.7);
  });
});

describe('groups', () => {
  it.each(optimizers)('%o treats a list of arrays as one long array', (Optimizer) => {
    const long = Float64Array.of(1, 2, 3, 4, 5);
    const parts = [Float64Array.of(1, 2), Float64Array.of(3, 4, 5)];
    const [a, b] = [new Optimizer(), new Optimizer()];
    for (let step = 0; step < 10; step++) {
      const gradient = bowl(long);
      a.step(long, gradient);
      b.step(parts, [gradient.subarray(0, 2), gradient.subarray(2)]);
    }
    const joined = parts.flatMap((part) => [...part]);
    expect(difference(joined, [...long])).toBeLessThan(1e-9);
  });

  it.each(optimizers)('%o gives each group its own rate, as if it were alone', (Optimizer) => {
    const together = { a: Float64Array.of(1, 2), b: [Float64Array.of(3)] };
    const alone = Float64Array.of(3);
    const [both, one] = [new Optimizer({ rate: { a: 0.01, b: 0.02 } }), new Optimizer({ rate: 0.02 })];
    for (let step = 0; step < 40; step++) {
      both.step(together, { a: bowl(together.a), b: [bowl(together.b[0] as Float64Array, 5)] });
      one.step(alone, bowl(alone, 5));
    }
    expect([...(together.b[0] as Float64Array)]).toEqual([...alone]);
    expect(both.rates).toEqual({ a: expect.any(Number), b: one.rates['all'] });
    expect(both.rates['a']).not.toBe(both.rates['b']);
  });

  it.each(optimizers)('%o works in single precision', (Optimizer) => {
    const single = Float32Array.of(1, -2, 0.5);
    const double = Float64Array.from(single);
    const [a, b] = [new Optimizer(), new Optimizer()];
    for (let step = 0; step < 50; step++) {
      a.step(single, Float32Array.from(bowl(single)));
      b.step(double, bowl(double));
    }
    expect(difference([...single], [...double])).toBeLessThan(1e-3);
  });
});

describe('the history of rates', () => {
  it('is limited, at equal distances, and has the rate of each recorded step', () => {
    const optimizer = new HypergradientAdam({ rate: { a: 1e-3, b: 1e-2 } });
    const x = { a: Float64Array.of(1), b: Float64Array.of(2) };
    const rates: number[] = [];
    for (let step = 1; step <= 1000; step++) {
      optimizer.step(x, { a: bowl(x.a), b: bowl(x.b) });
      rates.push(optimizer.rates['b'] as number);
    }
    const { steps, rates: recorded } = optimizer.history;
    expect(steps).toHaveLength(250);
    expect(steps.slice(0, 3)).toEqual([1, 5, 9]);
    expect(recorded['b']).toEqual(steps.map((step) => rates[step - 1]));
    expect(recorded['a']).toHaveLength(250);
    expect(new HypergradientSgd().history).toEqual({ steps: [], rates: {} });
  });

  it('is stored with a trial and starts the next one', async () => {
    const study = await createStudy({ sampler: new RandomSampler() });
    const trial = await study.ask();
    const optimizer = new HypergradientSgd({ rate: 0.3 });
    const x = Float64Array.of(1, 1);
    for (let step = 0; step < 100; step++) optimizer.step(x, bowl(x));
    await reportRates(trial, optimizer);
    await study.tell(trial, 0);
    const [told] = await study.trials();
    if (told === undefined) throw new Error('the study has a trial');
    const start = learnedRates(told);
    const half = (optimizer.history.rates['all'] as number[]).slice(50).sort((a, b) => a - b);
    expect(start).toEqual({ all: half[25] });
    const next = new HypergradientSgd({ rate: start ?? 0.1, warmup: false });
    next.step(x, bowl(x));
    expect(next.rates).toEqual(start);
  });

  it('needs a trial and an optimizer', async () => {
    const study = await createStudy({ sampler: new RandomSampler() });
    const trial = await study.ask();
    for (const [first, second] of [
      [undefined, new HypergradientSgd()],
      [{}, new HypergradientSgd()],
      [trial, undefined],
      [trial, {}],
    ])
      await expect(reportRates(first as never, second as never)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('is undefined for a trial without rates, and an error for anything else', () => {
    expect(learnedRates({ number: 1, userAttrs: {} })).toBeUndefined();
    for (const trial of [undefined, null, {}, { userAttrs: 3 }])
      expect(codeOf(() => learnedRates(trial as never))).toBe('invalid-argument');
    for (const rates of [3, { steps: [1], rates: { all: [1, 2] } }, { steps: [1], rates: { all: ['x'] } }])
      expect(codeOf(() => learnedRates({ number: 1, userAttrs: { rates } }))).toBe('invalid-value');
  });
});

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return isAsktellError(error) ? error.code : `another error: ${String(error)}`;
  }
  return undefined;
}

describe('bad input', () => {
  it.each<readonly [string, object]>([
    ['a negative rate', { rate: -0.1 }],
    ['an infinite rate', { rate: Number.POSITIVE_INFINITY }],
    ['a negative rate of a group', { rate: { a: 0.1, b: -1 } }],
    ['no groups', { rate: {} }],
    ['rate 0 with the multiplicative rule', { rate: 0 }],
    ['a negative beta', { beta: -1 }],
    ['an unknown rule', { rule: 'other' }],
    ['a number of warm-up steps', { warmup: 40 }],
    ['a guard that is not a boolean', { guard: 'on' }],
    ['a target above 1', { target: 1.5 }],
    ['crossing limits', { minRate: 1, maxRate: 0.5 }],
    ['a cap of 0', { maxChange: 0 }],
    ['an unknown option', { learningRate: 0.1 }],
  ])('%s is an invalid argument', (_, options) => {
    for (const Optimizer of optimizers) expect(codeOf(() => new Optimizer(options))).toBe('invalid-argument');
  });

  it.each<readonly [string, () => HypergradientOptimizer]>([
    ['momentum 1', () => new HypergradientNesterov({ momentum: 1 })],
    ['beta2 1', () => new HypergradientAdam({ beta2: 1 })],
    ['epsilon 0', () => new HypergradientAdam({ epsilon: 0 })],
    ['momentum of SGD', () => new HypergradientSgd({ momentum: 0.9 } as RateOptions)],
  ])('%s is an invalid argument', (_, make) => {
    expect(codeOf(make)).toBe('invalid-argument');
  });

  const good = { a: Float64Array.of(1, 2), b: Float64Array.of(3) };
  it.each<readonly [string, unknown, unknown, string]>([
    ['parameters that are an array of numbers', [1, 2], [1, 2], 'the parameters must be'],
    ['no gradient', good, undefined, 'the gradients must be'],
    ['a gradient that is null', good, null, 'the gradients must be'],
    ['a gradient that is an array of numbers', good, [1, 2], 'the gradients must be'],
    ['an unknown group', { ...good, c: Float64Array.of(1) }, good, 'unknown group "c"'],
    ['a missing group', { a: good.a }, good, 'lack the group "b"'],
    ['a gradient of an unknown group', good, { ...good, c: Float64Array.of(1) }, 'unknown group "c"'],
    ['a gradient without a group', good, { a: good.a }, 'lack the group "b"'],
    ['a gradient without names', good, Float64Array.of(1), 'unknown group "all"'],
    [
      'a shorter gradient',
      good,
      { a: Float64Array.of(1), b: good.b },
      'has 2 parameters, but the gradients are 1 numbers',
    ],
    ['longer parameters', { ...good, b: Float64Array.of(1, 2) }, good, 'has 1 parameters'],
    ['more arrays', good, { a: [good.a, good.a], b: good.b }, '1 arrays of parameters, but 2 of gradients'],
    ['an array of another type', good, { a: [new Int32Array(2)], b: good.b }, 'but the gradients are'],
  ])('%s is an invalid argument, and nothing changes', (_, parameters, gradient, text) => {
    const optimizer = new HypergradientAdam({ rate: { a: 0.1, b: 0.1 } });
    optimizer.step({ a: good.a.slice(), b: good.b.slice() }, good);
    const before = [optimizer.rates, optimizer.steps, JSON.stringify(parameters)];
    expect(codeOf(() => optimizer.step(parameters as never, gradient as never))).toBe('invalid-argument');
    expect(() => optimizer.step(parameters as never, gradient as never)).toThrow(text);
    expect([optimizer.rates, optimizer.steps, JSON.stringify(parameters)]).toEqual(before);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e200])(
    'a gradient of %s is an invalid value, and nothing changes',
    (bad) => {
      for (const Optimizer of optimizers) {
        const [tested, other] = [new Optimizer(), new Optimizer()];
        const x = { a: Float64Array.of(1), b: Float64Array.of(1, 2) };
        const y = { a: x.a.slice(), b: x.b.slice() };
        for (let step = 0; step < 5; step++) {
          const gradient = { a: bowl(x.a), b: bowl(x.b) };
          expect(codeOf(() => tested.step(x, { ...gradient, b: Float64Array.of(1, bad) }))).toBe('invalid-value');
          tested.step(x, gradient);
          other.step(y, gradient);
        }
        expect([x, tested.history]).toEqual([y, other.history]);
      }
    },
  );

  it('names the place of a NaN', () => {
    const optimizer = new HypergradientSgd();
    expect(() =>
      optimizer.step([Float64Array.of(1), Float64Array.of(1, 2)], [Float64Array.of(1), Float64Array.of(0, Number.NaN)]),
    ).toThrow('the gradient of group "all" has NaN at index 1 of array 1');
    expect(optimizer.rates).toEqual({});
  });
});
