import { type Samples, shuffled } from './vega-data.ts';

export interface BoostingOptions {
  readonly rate: number;
  readonly depth: number;
  readonly minLeaf: number;
  readonly rowShare: number;
  readonly featureShare: number;
}

const bins = 32;

/** Features as bin numbers, by feature, with the borders that the training samples give. */
function binned(train: Samples, samples: Samples): readonly Uint8Array[] {
  const width = train.features[0]?.length ?? 0;
  return Array.from({ length: width }, (_, j) => {
    const sorted = Float64Array.from(train.features, (row) => row[j] as number).sort();
    const borders = Array.from(
      { length: bins - 1 },
      (_, b) => sorted[Math.floor(((b + 1) * sorted.length) / bins)] as number,
    );
    return Uint8Array.from(samples.features, (row) => borders.filter((border) => (row[j] as number) > border).length);
  });
}

interface Split {
  readonly feature: number;
  readonly bin: number;
}

type Tree = { readonly value: number } | (Split & { readonly left: Tree; readonly right: Tree });

/** The split that reduces the squared error most, by histograms; `null` when there is none. */
function bestSplit(
  columns: readonly Uint8Array[],
  residuals: Float64Array,
  rows: readonly number[],
  features: readonly number[],
  minLeaf: number,
): Split | null {
  const total = rows.reduce((sum, row) => sum + (residuals[row] as number), 0);
  let best: Split | null = null;
  let bestGain = total ** 2 / rows.length + 1e-9;
  for (const feature of features) {
    const column = columns[feature] as Uint8Array;
    const sums = new Float64Array(bins);
    const counts = new Int32Array(bins);
    for (const row of rows) {
      const bin = column[row] as number;
      sums[bin] = (sums[bin] as number) + (residuals[row] as number);
      counts[bin] = (counts[bin] as number) + 1;
    }
    let sum = 0;
    let count = 0;
    for (let bin = 0; bin < bins - 1; bin++) {
      sum += sums[bin] as number;
      count += counts[bin] as number;
      if (count < minLeaf || rows.length - count < minLeaf) continue;
      const gain = sum ** 2 / count + (total - sum) ** 2 / (rows.length - count);
      if (gain <= bestGain) continue;
      bestGain = gain;
      best = { feature, bin };
    }
  }
  return best;
}

function grow(
  columns: readonly Uint8Array[],
  residuals: Float64Array,
  rows: readonly number[],
  features: readonly number[],
  { depth, minLeaf }: { readonly depth: number; readonly minLeaf: number },
): Tree {
  const split = depth === 0 ? null : bestSplit(columns, residuals, rows, features, minLeaf);
  if (split === null)
    return { value: rows.reduce((sum, row) => sum + (residuals[row] as number), 0) / Math.max(1, rows.length) };
  const column = columns[split.feature] as Uint8Array;
  const below = { depth: depth - 1, minLeaf };
  const side = (isLeft: boolean): Tree =>
    grow(
      columns,
      residuals,
      rows.filter((row) => (column[row] as number) <= split.bin === isLeft),
      features,
      below,
    );
  return { ...split, left: side(true), right: side(false) };
}

function predict(tree: Tree, columns: readonly Uint8Array[], row: number): number {
  let node = tree;
  while ('feature' in node)
    node = ((columns[node.feature] as Uint8Array)[row] as number) <= node.bin ? node.left : node.right;
  return node.value;
}

/**
 * Trains boosted regression trees with squared loss.
 * @returns the mean squared error on the test samples after each round
 */
export function boostingCurve(
  train: Samples,
  test: Samples,
  rounds: number,
  options: BoostingOptions,
  random: () => number,
): number[] {
  const [columns, testColumns] = [binned(train, train), binned(train, test)];
  const mean = train.targets.reduce((sum, y) => sum + y, 0) / train.targets.length;
  const residuals = Float64Array.from(train.targets, (y) => y - mean);
  const errors = Float64Array.from(test.targets, (y) => y - mean);
  return Array.from({ length: rounds }, () => {
    const some = (count: number, share: number): number[] => shuffled(count, random).slice(0, Math.ceil(share * count));
    const rows = some(residuals.length, options.rowShare);
    const tree = grow(columns, residuals, rows, some(columns.length, options.featureShare), options);
    for (let row = 0; row < residuals.length; row++)
      residuals[row] = (residuals[row] as number) - options.rate * predict(tree, columns, row);
    for (let row = 0; row < errors.length; row++)
      errors[row] = (errors[row] as number) - options.rate * predict(tree, testColumns, row);
    return errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
  });
}
