/** One curve of a plot. */
export interface Curve {
  /** One character. */
  readonly mark: string;
  readonly label: string;
  readonly values: readonly number[];
}

/** Curves over their index, as text. The vertical axis is logarithmic; later curves are drawn over earlier ones. */
export function plotCurves(curves: readonly Curve[], steps: number, height = 12): string {
  const known = curves.flatMap(({ values }) => values).filter((value) => Number.isFinite(value) && value > 0);
  const low = Math.min(...known);
  // A training that starts too fast may explode. The top of the plot is above the common start.
  const high = Math.min(Math.max(...known), 4 * Math.min(...curves.map(({ values }) => values[0] as number)));
  const width = Math.max(...curves.map(({ values }) => values.length));
  const cells = Array.from({ length: height }, () => new Array<string>(width).fill(' '));
  for (const { values, mark } of curves)
    for (const [column, value] of values.entries()) {
      const level = Math.log(Math.max(low, Math.min(high, value)) / low) / Math.log(high / low);
      const row = height - 1 - Math.round(level * (height - 1));
      if (Number.isFinite(row)) (cells[row] as string[])[column] = mark;
    }
  const lines = cells.map((line, row) => {
    const label = row === 0 ? high.toPrecision(3) : row === height - 1 ? low.toPrecision(3) : '';
    return `${label.padStart(8)} |${line.join('')}`.trimEnd();
  });
  const axis = `${' '.repeat(8)} +${'-'.repeat(width)}`;
  const ends = `${' '.repeat(9)} 0${String(steps).padStart(width - 1)}`;
  return [...lines, axis, ends, ...curves.map(({ mark, label }) => `${' '.repeat(9)} ${mark} ${label}`)].join('\n');
}
