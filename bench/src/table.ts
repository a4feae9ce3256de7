/** One measured line. `ours` and `peer` in the row's unit. */
export interface Row {
  readonly work: string;
  readonly result: string;
  readonly detail: string;
}

/** A markdown table, columns aligned. */
export function formatTable(rows: readonly Row[]): string {
  const head: Row = { work: 'work', result: 'result', detail: 'detail' };
  const width = (column: keyof Row): number => Math.max(...[head, ...rows].map((row) => row[column].length));
  const widths = { work: width('work'), result: width('result'), detail: width('detail') };
  const line = (row: Row): string =>
    `| ${row.work.padEnd(widths.work)} | ${row.result.padStart(widths.result)} | ${row.detail.padEnd(widths.detail)} |`;
  const rule = `| ${'-'.repeat(widths.work)} | ${'-'.repeat(widths.result - 1)}: | ${'-'.repeat(widths.detail)} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Thousands separated, no more digits than a measurement has. */
export function count(value: number): string {
  const digits = Math.max(0, Math.floor(Math.log10(Math.abs(value))) - 2);
  return (Math.round(value / 10 ** digits) * 10 ** digits).toLocaleString('en-US');
}
