import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The text of a file in the folder `data` of the package vega-datasets. */
export function readVegaFile(name: string): string {
  const entry = import.meta.resolve('vega-datasets'); // …/vega-datasets/build/index.js
  return readFileSync(fileURLToPath(new URL(`../data/${name}`, entry)), 'utf8');
}
