import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rngFor } from '@asktell/core';

/** A table for classification. `X` has standardised features row by row, `y` class indices. */
export interface Table {
  readonly name: string;
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  readonly X: Float64Array;
  readonly y: Int32Array;
}

type Row = { readonly [column: string]: string | number | null };

function read(name: string): string {
  const entry = import.meta.resolve('vega-datasets'); // …/vega-datasets/build/index.js
  return readFileSync(fileURLToPath(new URL(`../data/${name}`, entry)), 'utf8');
}

/** A table of at most 300 rows with all columns. Functions compute features. */
function table(
  name: string,
  rows: readonly Row[],
  features: readonly (string | ((row: Row) => number))[],
  label: (row: Row) => string,
): Table {
  const columns = features.filter((column) => typeof column === 'string');
  const isKnown = (row: Row): boolean => columns.every((column) => row[column] !== null && row[column] !== undefined);
  const kept = rngFor(1, 0, name).shuffle(rows.filter(isKnown)).slice(0, 300);
  const classes = [...new Set(kept.map(label))].sort();
  const X = new Float64Array(kept.length * features.length);
  for (const [j, column] of features.entries()) {
    const values = kept.map((row) => (typeof column === 'string' ? Number(row[column]) : column(row)));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
    for (const [i, value] of values.entries()) X[i * features.length + j] = (value - mean) / deviation;
  }
  const y = Int32Array.from(kept, (row) => classes.indexOf(label(row)));
  return { name, rows: kept.length, features: features.length, classes: classes.length, X, y };
}

const json = (name: string): Row[] => JSON.parse(read(name)) as Row[];
const log = (column: string) => (row: Row) => Math.log1p(Number(row[column]));

/** The tables on which the defaults were chosen. */
export const tuneTables: readonly (() => Table)[] = [
  () =>
    table(
      'cars, origin',
      json('cars.json').map((row) => ({ ...row, year: Number(String(row['Year']).slice(0, 4)) })),
      ['Horsepower', 'Weight_in_lbs', 'Acceleration', 'Displacement', 'Cylinders', 'Miles_per_Gallon', 'year'],
      (row) => String(row['Origin']),
    ),
  () =>
    table(
      'penguins, sex',
      json('penguins.json').filter((row) => row['Sex'] === 'MALE' || row['Sex'] === 'FEMALE'),
      [
        'Beak Length (mm)',
        'Beak Depth (mm)',
        'Flipper Length (mm)',
        'Body Mass (g)',
        (row) => (row['Species'] === 'Gentoo' ? 1 : 0),
        (row) => (row['Species'] === 'Adelie' ? 1 : 0),
      ],
      (row) => String(row['Sex']),
    ),
];

/** The tables of the report. */
export const reportTables: readonly (() => Table)[] = [
  () => {
    const [head = '', ...lines] = read('seattle-weather.csv').trim().split('\n');
    const names = head.split(',');
    const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, j) => [names[j], cell])) as Row);
    const angle = (row: Row): number => (2 * Math.PI * Date.parse(String(row['date']))) / (365.25 * 86_400_000);
    const season = [(row: Row) => Math.sin(angle(row)), (row: Row) => Math.cos(angle(row))];
    return table('Seattle, weather', rows, ['precipitation', 'temp_max', 'temp_min', 'wind', ...season], (row) =>
      String(row['weather']),
    );
  },
  () => {
    const genres = ['Action', 'Comedy', 'Drama', 'Thriller/Suspense', 'Horror', 'Adventure'];
    const rows = json('movies.json').filter(
      (row) =>
        genres.includes(String(row['Major Genre'])) &&
        ['Production Budget', 'IMDB Votes', 'Worldwide Gross', 'Running Time min'].every((name) => row[name] !== null),
    );
    return table(
      'movies, genre',
      rows,
      [log('Production Budget'), log('IMDB Votes'), log('Worldwide Gross'), 'IMDB Rating', 'Running Time min'],
      (row) => String(row['Major Genre']),
    );
  },
  () =>
    table('countries, region', json('gapminder.json'), ['year', log('pop'), 'life_expect', 'fertility'], (row) =>
      String(row['cluster']),
    ),
];
