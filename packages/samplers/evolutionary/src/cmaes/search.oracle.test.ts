import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CategoricalSearch } from './categorical-search.ts';
import { CmaEs } from './cma-es.ts';
import type { DiscreteAxis } from './discrete-axis.ts';
import { FullCovariance } from './full-covariance.ts';
import { Margin } from './margin.ts';
import { Search } from './search.ts';
import { fullStrategy, recombinationOf } from './strategy.ts';

interface State {
  readonly mean?: readonly number[];
  readonly sigma?: number;
  readonly pSigma?: readonly number[];
  readonly pC?: readonly number[];
  readonly C?: readonly number[];
  readonly A?: readonly number[];
  readonly mutationRates?: readonly number[];
  readonly q?: readonly (readonly number[])[];
  readonly signal?: readonly number[];
}

interface Case {
  readonly name: string;
  readonly lambda: number;
  readonly continuous: number;
  readonly values: readonly (readonly number[])[];
  readonly choices: readonly number[];
  readonly sigma: number;
  readonly mean: readonly number[];
  readonly generations: readonly {
    readonly x: readonly number[];
    readonly c: readonly number[];
    readonly state?: State;
  }[];
}

const fixture = JSON.parse(readFileSync(new URL('./fixtures/catcma.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

/** An axis with thresholds halfway between the values. */
function listAxis(index: number, values: readonly number[]): DiscreteAxis {
  const edge = (j: number): number => ((values[j] as number) + (values[j + 1] as number)) / 2;
  return {
    index,
    count: values.length,
    edge,
    center: (k) => values[k] as number,
    cell: (v) => {
      let k = 0;
      while (k < values.length - 1 && v > edge(k)) k++;
      return k;
    },
  };
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-12);
  expect(actual.length, what).toBe(expected.length);
  for (const [i, x] of expected.entries())
    expect(Math.abs((actual[i] as number) - x), `${what}[${i}]`).toBeLessThanOrEqual(1e-9 * scale);
}

describe('the mixed search equals CatCMA with Margin of CyberAgent’s cmaes on the same points', () => {
  it.each(fixture.cases)('$name', ({ lambda, continuous, values, choices, sigma, mean, generations }) => {
    const n = continuous + values.length;
    const discrete = values.length + choices.length;
    const search = new Search({
      gaussian:
        n === 0 ? null : new CmaEs(fullStrategy(n, lambda), new FullCovariance(n), Float64Array.from(mean), sigma),
      margin:
        values.length === 0
          ? null
          : new Margin(
              values.map((list, k) => listAxis(continuous + k, list)),
              n,
              1 - 0.73 ** (1 / discrete),
            ),
      categories: choices.length === 0 ? null : new CategoricalSearch(Int32Array.from(choices), discrete),
      bounded: new Uint8Array(n),
    });
    let compared = 0;
    for (const { x, c, state } of generations) {
      search.update(
        { raw: Float64Array.from(x), choices: Int32Array.from(c), late: new Uint8Array(lambda) },
        search.gaussian?.strategy ?? recombinationOf(lambda),
      );
      if (state === undefined) continue;
      compared++;
      const { gaussian, margin, categories } = search;
      if (gaussian !== null) {
        expectClose(gaussian.mean, state.mean ?? [], 'mean');
        expectClose([gaussian.sigma], [state.sigma ?? 0], 'sigma');
        expectClose(gaussian.pSigma, state.pSigma ?? [], 'pSigma');
        expectClose(gaussian.pC, state.pC ?? [], 'pC');
        const dense = new Float64Array(n * n);
        gaussian.covariance.dense(dense);
        expectClose(dense, state.C ?? [], 'C');
      }
      if (margin !== null) {
        expectClose(margin.factors, state.A ?? [], 'A');
        expectClose(margin.mutationRates, state.mutationRates ?? [], 'mutation rates');
      }
      if (categories !== null) {
        expectClose(categories.q, (state.q ?? []).flat(), 'q');
        expectClose(categories.signal, state.signal ?? [], 'signal');
      }
    }
    expect(compared).toBeGreaterThan(3);
  });
});
