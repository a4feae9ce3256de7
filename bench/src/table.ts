/** One measurement in the table. */
export interface Row {
  readonly work: string;
  readonly result: string;
  readonly detail: string;
}

/** Formats measurements as an aligned markdown table. */
export function formatTable(rows: readonly Row[]): string {
  return markdownTable(
    ['work', 'result', 'detail'],
    rows.map(({ work, result, detail }) => [work, result, detail]),
    [1],
  );
}

/** Formats an aligned markdown table. The columns in `right` are right-aligned. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const pad = (text: string, column: number): string =>
    right.includes(column) ? text.padStart(widths[column] as number) : text.padEnd(widths[column] as number);
  const line = (cells: readonly string[]): string => `| ${cells.map(pad).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    right.includes(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** The median of the values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Rounds to three significant digits and adds thousands separators. */
export function count(value: number): string {
  const digits = Math.max(0, Math.floor(Math.log10(Math.abs(value))) - 2);
  return (Math.round(value / 10 ** digits) * 10 ** digits).toLocaleString('en-US');
}
