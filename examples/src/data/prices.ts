import { readVegaFile } from './files.ts';

/** The daily closing prices of the S&P 500 from 2000 to 2020. From the package vega-datasets. */
export function dailyPrices(): { readonly dates: readonly string[]; readonly close: readonly number[] } {
  const rows = readVegaFile('sp500-2000.csv')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  return { dates: rows.map((row) => row[0] as string), close: rows.map((row) => Number(row[4])) };
}
