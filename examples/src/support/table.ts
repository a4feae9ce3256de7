/** Formats rows as an aligned table. Numbers are right-aligned, text is left-aligned. */
export function table(rows: readonly { readonly [column: string]: string | number | undefined }[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => (line[i] as string).length)));
  const right = columns.map((column) =>
    rows.every((row) => typeof row[column] !== 'string' || /^[\d.%+-]*$/.test(row[column])),
  );
  return cells
    .map((line) =>
      line
        .map((cell, i) => (right[i] ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number)))
        .join('  '),
    )
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}

/** Formats a number with three significant digits, with an exponent only for very large or small numbers. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
