import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Rng, rngFor } from '@asktell/core';

/** A table of data. Classes are 0, 1, …. */
export interface DataSet {
  readonly name: string;
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly task: 'classification' | 'regression';
}

function read(name: string): string {
  const entry = import.meta.resolve('vega-datasets'); // …/vega-datasets/build/index.js
  return readFileSync(fileURLToPath(new URL(`../data/${name}`, entry)), 'utf8');
}

type Row = { readonly [column: string]: string | number | null };

/** Rows of a JSON file without missing values in these columns, shuffled, and at most `most` of them. */
function table(file: string, columns: readonly string[], most = 240): Row[] {
  const rows = (JSON.parse(read(file)) as Row[]).filter((row) => columns.every((column) => row[column] !== null));
  return rngFor(1, 0, file).shuffle(rows).slice(0, most);
}

function dataSet(
  name: string,
  file: string,
  features: readonly string[],
  target: string,
  task: DataSet['task'],
  keep: (row: Row) => boolean = () => true,
): DataSet {
  const rows = table(file, [...features, target]).filter(keep);
  const classes = [...new Set(rows.map((row) => row[target]))].sort();
  return {
    name,
    X: rows.map((row) => features.map((column) => Number(row[column]))),
    y: rows.map((row) => (task === 'classification' ? classes.indexOf(row[target] as string) : Number(row[target]))),
    task,
  };
}

const beak = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'];
const isSexed = (row: Row): boolean => row['Sex'] === 'MALE' || row['Sex'] === 'FEMALE';

/** The sex of 240 penguins. */
export const penguinSex = (): DataSet =>
  dataSet('penguins, sex', 'penguins.json', beak, 'Sex', 'classification', isSexed);

/** The weather of 240 days in Seattle. */
export function seattle(): DataSet {
  const lines = rngFor(1, 0, 'seattle').shuffle(read('seattle-weather.csv').trim().split('\n').slice(1)).slice(0, 240);
  const classes = ['drizzle', 'fog', 'rain', 'snow', 'sun'];
  const rows = lines.map((line) => line.split(','));
  return withoutRareClasses({
    name: 'Seattle, weather',
    X: rows.map((row) => {
      const angle = (2 * Math.PI * Date.parse(row[0] as string)) / (365.25 * 86_400_000);
      return [...row.slice(1, 5).map(Number), Math.sin(angle), Math.cos(angle)];
    }),
    y: rows.map((row) => classes.indexOf(row[5] as string)),
    task: 'classification',
  });
}

const carFeatures = ['Horsepower', 'Weight_in_lbs', 'Acceleration', 'Displacement', 'Cylinders'];

/** Miles per gallon of 240 cars. */
export const carMileage = (): DataSet =>
  dataSet('cars, mileage', 'cars.json', carFeatures, 'Miles_per_Gallon', 'regression');

/** Data sets with a known relation, all as classification: those above, others of the same files, and planted ones. */
export function realOrPlanted(): DataSet[] {
  const binary = (name: string, data: DataSet): DataSet => {
    const middle = [...data.y].sort((a, b) => a - b)[data.y.length >> 1] as number;
    return { ...data, name, y: data.y.map((value) => (value > middle ? 1 : 0)), task: 'classification' };
  };
  const movies = ['Production Budget', 'IMDB Votes', 'Running Time min'];
  const real = [
    penguinSex(),
    seattle(),
    dataSet('penguins, species', 'penguins.json', beak, 'Species', 'classification'),
    dataSet('penguins, island', 'penguins.json', beak, 'Island', 'classification'),
    dataSet('cars, origin', 'cars.json', carFeatures, 'Origin', 'classification'),
    binary('cars, mileage above the median', carMileage()),
    binary(
      'cars, acceleration above the median',
      dataSet('', 'cars.json', ['Horsepower', 'Weight_in_lbs', 'Displacement'], 'Acceleration', 'regression'),
    ),
    binary(
      'penguins, mass above the median',
      dataSet('', 'penguins.json', beak.slice(0, 3), 'Body Mass (g)', 'regression'),
    ),
    binary('movies, rating above the median', dataSet('', 'movies.json', movies, 'IMDB Rating', 'regression')),
    binary('movies, gross above the median', dataSet('', 'movies.json', movies, 'US Gross', 'regression')),
  ];
  const planted = Array.from({ length: 10 }, (_, i) =>
    gaussians(`planted ${i + 1}`, 240, 6, 0.6 + 0.05 * i, rngFor(i, 0, 'planted')),
  );
  return [...real.map(withoutRareClasses), ...planted];
}

/** Without the rows of classes that are too rare for five folds and a hold-out part. */
function withoutRareClasses(data: DataSet): DataSet {
  const isCommon = (label: number): boolean => data.y.filter((other) => other === label).length >= 15;
  const kept = data.y.map((label, i) => (isCommon(label) ? i : -1)).filter((i) => i >= 0);
  return { ...data, X: kept.map((i) => data.X[i] as number[]), y: kept.map((i) => data.y[i] as number) };
}

/** The same tables with shuffled labels, twice each: nothing can be learned. */
export function shuffledLabels(count: number): DataSet[] {
  const sources = realOrPlanted();
  return Array.from({ length: count }, (_, i) => {
    const source = sources[i % sources.length] as DataSet;
    const y = rngFor(i, 1, 'shuffled labels').shuffle([...source.y]);
    return { ...source, name: `${source.name}, shuffled ${Math.floor(i / sources.length) + 1}`, y };
  });
}

/** Two classes whose first three features have means `shift` apart; the other features are noise. */
function gaussians(name: string, rows: number, features: number, shift: number, rng: Rng): DataSet {
  const y = Array.from({ length: rows }, (_, i) => i % 2);
  const X = y.map((label) => Array.from({ length: features }, (_, j) => rng.normal() + (j < 3 ? label * shift : 0)));
  return { name, X, y, task: 'classification' };
}
