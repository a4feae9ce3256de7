/** A plot of text: the best value so far, or any series, over its index. Rows are `height` lines, the largest value on top. */
export function plot(
  values: readonly number[],
  { width = 60, height = 8 }: { width?: number; height?: number } = {},
): string {
  const known = values.filter(Number.isFinite);
  if (known.length === 0) return '  (nothing to plot)';
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const columns = Math.min(width, values.length);
  const at = (column: number): number =>
    values[Math.round((column * (values.length - 1)) / Math.max(1, columns - 1))] as number;
  const level = (value: number): number =>
    high === low ? 0 : Math.round(((value - low) / (high - low)) * (height - 1));
  const lines = Array.from({ length: height }, (_, row) => {
    const cells = Array.from({ length: columns }, (_cell, column) =>
      Number.isFinite(at(column)) && level(at(column)) === height - 1 - row ? '•' : ' ',
    );
    const label = row === 0 ? high : row === height - 1 ? low : null;
    return `  ${(label === null ? '' : label.toPrecision(4)).padStart(9)} |${cells.join('')}`.trimEnd();
  });
  return [...lines, `  ${' '.repeat(9)} +${'-'.repeat(columns)}`].join('\n');
}

/** The best value up to each index. */
export function bestSoFar(values: readonly number[], direction: 'minimize' | 'maximize' = 'maximize'): number[] {
  let best = Number.NaN;
  return values.map((value) => {
    if (Number.isFinite(value) && !(direction === 'maximize' ? value <= best : value >= best)) best = value;
    return best;
  });
}
