import { readVegaFile } from './files.ts';
import { type Samples, standardize } from './samples.ts';

/**
 * The weather in Seattle on 1,461 days, with precipitation, maximum and minimum temperature, wind and season as features.
 * Source: NOAA, from the package vega-datasets.
 */
export function seattleWeather(): Samples {
  const lines = readVegaFile('seattle-weather.csv').trim().split('\n').slice(1);
  const rows = lines.map((line) => line.split(',') as [string, string, string, string, string, string]);
  const classes = ['drizzle', 'fog', 'rain', 'snow', 'sun'];
  const features = rows.map(([date, ...numbers]) => {
    const angle = (2 * Math.PI * Date.parse(date)) / (365.25 * 86_400_000);
    return [...numbers.slice(0, 4).map(Number), Math.sin(angle), Math.cos(angle)];
  });
  return { features: standardize(features), labels: rows.map((row) => classes.indexOf(row[5])), classes };
}
