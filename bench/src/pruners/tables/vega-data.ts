import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The text of a file in the folder `data` of the package vega-datasets. */
function read(file: string): string {
  const entry = import.meta.resolve('vega-datasets'); // …/vega-datasets/build/index.js
  return readFileSync(fileURLToPath(new URL(`../data/${file}`, entry)), 'utf8');
}

/** Rows of features, standardised, each with what is to be predicted: a class, or a number. */
export interface Samples {
  readonly features: readonly (readonly number[])[];
  readonly targets: readonly number[];
}

interface Day {
  readonly location: string;
  readonly date: string;
  readonly precipitation: number;
  readonly high: number;
  readonly low: number;
  readonly wind: number;
  readonly weather: string;
}

function days(): readonly Day[] {
  return read('weather.csv')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [location = '', date = '', precipitation, high, low, wind, weather = ''] = line.split(',');
      const [rain, top, bottom, speed] = [precipitation, high, low, wind].map(Number) as [
        number,
        number,
        number,
        number,
      ];
      return { location, date, precipitation: rain, high: top, low: bottom, wind: speed, weather };
    });
}

const kinds: readonly string[] = ['drizzle', 'fog', 'rain', 'snow', 'sun'];

/**
 * The weather of a day in Seattle or New York (five classes), from its temperatures and wind, the season and the day
 * before.
 */
export function weatherKinds(): Samples {
  return weather(days(), ({ weather: kind }) => kinds.indexOf(kind));
}

/** How warm a day in Seattle gets, in units of 5 °C, from the season and the day before. */
export function seattleWarmth(): Samples {
  const { features, targets } = weather(
    days().filter(({ location }) => location === 'Seattle'),
    ({ high }) => high / 5,
  );
  return { features: features.map((row) => row.slice(4)), targets }; // without the day's own temperatures and wind
}

function weather(all: readonly Day[], target: (day: Day) => number): Samples {
  const features: number[][] = [];
  const targets: number[] = [];
  for (let i = 1; i < all.length; i++) {
    const [day, before] = [all[i] as Day, all[i - 1] as Day];
    if (day.location !== before.location) continue;
    const season = (2 * Math.PI * (Date.parse(day.date) / 86_400_000)) / 365.25;
    const { high, low, wind } = day;
    const yesterday = [Math.log1p(before.precipitation), before.high, before.wind, Number(before.weather === 'sun')];
    features.push([
      Number(day.location === 'Seattle'),
      high,
      low,
      wind,
      Math.sin(season),
      Math.cos(season),
      ...yesterday,
    ]);
    targets.push(target(day));
  }
  return { features: standardised(features), targets };
}

type Movie = { readonly [column: string]: string | number | null };

/** The logarithm of what a film earned in the USA, from what is known about it. */
export function movieGross(): Samples {
  const movies = (JSON.parse(read('movies.json')) as readonly Movie[]).filter(
    (movie) => Number(movie['US Gross']) > 1000,
  );
  const words = (column: string): ((movie: Movie) => number[]) => {
    const common = [...new Set(movies.map((movie) => movie[column]))].filter(
      (word) => movies.filter((movie) => movie[column] === word).length >= 60,
    );
    return (movie) => common.map((word) => Number(movie[column] === word));
  };
  const encoders = ['MPAA Rating', 'Major Genre', 'Source', 'Creative Type', 'Distributor'].map(words);
  const numberOr = (value: unknown, usual: number): number => (typeof value === 'number' ? value : usual);
  const features = movies.map((movie) => {
    const date = new Date(String(movie['Release Date']));
    return [
      Math.log(Math.max(1000, numberOr(movie['Production Budget'], 1000))),
      date.getFullYear() || 2000,
      date.getMonth() || 0,
      numberOr(movie['Running Time min'], 100),
      numberOr(movie['IMDB Rating'], 6.3),
      Math.log1p(numberOr(movie['IMDB Votes'], 0)),
      numberOr(movie['Rotten Tomatoes Rating'], 50),
      ...encoders.flatMap((encode) => encode(movie)),
    ];
  });
  return { features: standardised(features), targets: movies.map((movie) => Math.log10(Number(movie['US Gross']))) };
}

function standardised(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const width = rows[0]?.length ?? 0;
  const scales = Array.from({ length: width }, (_, j) => {
    const mean = rows.reduce((sum, row) => sum + (row[j] as number), 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + ((row[j] as number) - mean) ** 2, 0) / rows.length;
    return { mean, deviation: Math.sqrt(variance) || 1 };
  });
  return rows.map((row) => row.map((x, j) => (x - (scales[j]?.mean ?? 0)) / (scales[j]?.deviation ?? 1)));
}

/** The rows at these places. */
export function select({ features, targets }: Samples, rows: readonly number[]): Samples {
  return {
    features: rows.map((i) => features[i] as readonly number[]),
    targets: rows.map((i) => targets[i] as number),
  };
}

/** The numbers from 0 to before `count` in random order. */
export function shuffled(count: number, random: () => number): number[] {
  const rows = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [rows[i], rows[j]] = [rows[j] as number, rows[i] as number];
  }
  return rows;
}
