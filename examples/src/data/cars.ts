import { readVegaFile } from './files.ts';
import { standardize } from './samples.ts';

/** Fuel economy and features of 392 cars, 1970 to 1982. Source: UCI, from the package vega-datasets. */
export function cars(): {
  readonly features: readonly (readonly number[])[];
  readonly milesPerGallon: readonly number[];
} {
  const all = JSON.parse(readVegaFile('cars.json')) as { readonly [key: string]: string | number | null }[];
  const known = all.filter((car) => car['Miles_per_Gallon'] !== null && car['Horsepower'] !== null);
  const features = known.map((car) => [
    car['Horsepower'] as number,
    car['Weight_in_lbs'] as number,
    car['Acceleration'] as number,
    Number(String(car['Year']).slice(0, 4)),
  ]);
  return { features: standardize(features), milesPerGallon: known.map((car) => car['Miles_per_Gallon'] as number) };
}
