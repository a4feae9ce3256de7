/**
 * Creates the tables of learning curves in this folder. They are committed, so run it only to change them. It takes a
 * few minutes. Format the tables afterwards:
 *
 *   node bench/dist/pruners/tables/make-tables.js [network] [boosting] [svm-folds]
 *   npm run format
 */
import { writeFileSync } from 'node:fs';
import { rngFor } from '@asktell/core';
import { type BoostingOptions, boostingCurve } from './boosting.ts';
import { type TableFile, type TableParam, tableNames, tablePath } from './curve-table.ts';
import { type NetworkOptions, networkCurve } from './network.ts';
import { type SvmOptions, svmFolds } from './svm-folds.ts';
import { movieGross, type Samples, seattleWarmth, select, shuffled, weatherKinds } from './vega-data.ts';

type Recipe = Pick<TableFile, 'step' | 'params' | 'steps'> & {
  readonly curve: (options: { readonly [name: string]: number }, random: () => number) => number[];
};

const powers = (base: number, from: number, to: number, by: number): number[] =>
  Array.from({ length: Math.round((to - from) / by) + 1 }, (_, i) => Number((base ** (from + i * by)).toPrecision(3)));

function streams(name: string): (purpose: string) => () => number {
  return (purpose) => {
    const rng = rngFor(20261129, 0, `${name} ${purpose}`);
    return () => rng.float();
  };
}

/** Two parts of the samples: two thirds to learn from, one third to test with. */
function halves(samples: Samples, random: () => number): readonly [Samples, Samples] {
  const rows = shuffled(samples.targets.length, random);
  const cut = Math.floor((2 * rows.length) / 3);
  return [select(samples, rows.slice(0, cut)), select(samples, rows.slice(cut))];
}

const recipes: { readonly [name: string]: () => Recipe } = {
  network: () => {
    const [train, test] = halves(weatherKinds(), streams('network')('split'));
    const params: TableParam[] = [
      { name: 'rate', values: powers(10, -3, 0.25, 0.25) },
      { name: 'momentum', values: [0, 0.5, 0.9] },
      { name: 'hidden', values: [4, 8, 16] },
      { name: 'batch', values: [16, 64, 256] },
      { name: 'decay', values: [0, 0.003] },
    ];
    const curve: Recipe['curve'] = (options, random) =>
      networkCurve(train, test, 5, 27, options as unknown as NetworkOptions, random);
    return { step: 'epoch', params, steps: 27, curve };
  },
  boosting: () => {
    const [train, test] = halves(movieGross(), streams('boosting')('split'));
    const params: TableParam[] = [
      { name: 'rate', values: powers(10, -1.75, 0, 0.25) },
      { name: 'depth', values: [1, 2, 4, 7] },
      { name: 'minLeaf', values: [1, 10, 50] },
      { name: 'rowShare', values: [0.4, 1] },
      { name: 'featureShare', values: [0.2, 0.5, 1] },
    ];
    const curve: Recipe['curve'] = (options, random) =>
      boostingCurve(train, test, 40, options as unknown as BoostingOptions, random);
    return { step: 'round', params, steps: 40, curve };
  },
  'svm-folds': () => {
    const samples = seattleWarmth();
    const rows = shuffled(samples.targets.length, streams('svm')('sample')).slice(0, 300);
    const folds = Array.from({ length: 20 }, (_, fold) => rows.map((_, i) => i).filter((i) => i % 20 === fold));
    const params: TableParam[] = [
      { name: 'cost', values: powers(10, -1.5, 1.5, 0.5) },
      { name: 'gamma', values: powers(10, -3, 1, 0.5) },
      { name: 'epsilon', values: [0.05, 0.2, 0.5] },
      { name: 'season', values: [0.3, 1, 3] },
      { name: 'yesterday', values: [0.3, 1, 3] },
    ];
    const some = select(samples, rows);
    return {
      step: 'fold',
      params,
      steps: 20,
      curve: (options) => svmFolds(some, folds, options as unknown as SvmOptions),
    };
  },
};

function make(name: string): TableFile {
  const { step, params, steps, curve } = (recipes[name] as () => Recipe)();
  const stream = streams(name);
  const size = params.reduce((product, { values }) => product * values.length, 1);
  const curves = Array.from({ length: size }, (_, row) => {
    if (row % 100 === 0) console.error(`${name}: ${row} of ${size}`);
    let rest = row;
    const options: { [name: string]: number } = {};
    for (const { name: key, values } of [...params].reverse()) {
      options[key] = values[rest % values.length] as number;
      rest = Math.floor(rest / values.length);
    }
    return curve(options, stream(String(row)));
  }).flat();
  const finite = curves.filter(Number.isFinite);
  const least = Math.min(...quantiles(finite, [0]));
  // A diverging loss is cut off: how bad it is does not matter.
  const [median = 0, top = 0] = quantiles(finite, [0.5, 1]);
  const most = Math.min(top, least + 20 * (median - least));
  const unit = (most - least) / 65_535;
  const codes = Buffer.alloc(2 * curves.length);
  curves.forEach((value, i) => {
    const code = Number.isFinite(value) ? Math.round((value - least) / unit) : 65_535;
    codes.writeUInt16LE(Math.min(65_535, code), 2 * i);
  });
  return { name, step, params, steps, least, unit, codes: codes.toString('base64') };
}

function quantiles(values: readonly number[], shares: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return shares.map((share) => sorted[Math.round(share * (sorted.length - 1))] as number);
}

const wanted = process.argv.slice(2);
for (const name of tableNames) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  writeFileSync(tablePath(name), `${JSON.stringify(make(name), null, 1)}\n`);
}
