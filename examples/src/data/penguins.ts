import { readVegaFile } from './files.ts';
import { type Samples, standardize } from './samples.ts';

/**
 * The sex of 333 penguins of three species, with beak, flipper and weight as features. Source: Gorman, Williams and Fraser
 * (2014), from the package vega-datasets.
 */
export function penguins(): Samples {
  const measures = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'];
  const classes = ['FEMALE', 'MALE'];
  const all = JSON.parse(readVegaFile('penguins.json')) as { readonly [key: string]: string | number | null }[];
  const known = all.filter((penguin) => classes.includes(penguin['Sex'] as string));
  const species = ['Adelie', 'Chinstrap', 'Gentoo'];
  const features = known.map((penguin) => [
    ...measures.map((name) => penguin[name] as number),
    ...species.map((name) => (penguin['Species'] === name ? 1 : 0)),
  ]);
  return {
    features: standardize(features),
    labels: known.map((penguin) => classes.indexOf(penguin['Sex'] as string)),
    classes,
  };
}
