import type { Rng } from '@asktell/core';
import { exp } from '@asktell/numerics/elementary';
import type { Acquisition } from '../acquisition/acquisition.ts';
import type { SearchEffort } from '../recipe.ts';
import type { Steps } from '../steps.ts';
import { addNear, addSpread, Designs, type Placement } from './candidates.ts';
import { type Found, Search } from './climb.ts';
import type { Domain } from './domain.ts';

/** Candidates per step. */
const batch = 32;

/**
 * Maximises an acquisition function over a domain. Returns designs that were not tried yet, the best first: local
 * maxima and candidates. Empty if none was found.
 */
export function* maximise(
  acquisition: Acquisition,
  domain: Domain,
  best: readonly Float64Array[],
  effort: SearchEffort,
  rng: Rng,
  place: Placement | null = null,
): Steps<readonly Found[]> {
  const { encoding } = domain;
  const d = encoding.axes.length;
  const designs = new Designs(d, effort.spread + effort.near + 1);
  addSpread(designs, domain, effort.spread, rng, place);
  addNear(designs, domain, best, effort.near, rng);
  const columns = new Float64Array(designs.size * encoding.columns);
  let count = 0;
  const kept: number[] = [];
  for (let c = 0; c < designs.size; c++) {
    const at = count * encoding.columns;
    encoding.toColumns(designs.values, c * d, columns, at);
    if (domain.isTaken(columns, at)) continue;
    kept.push(c);
    count++;
  }
  if (count === 0) return [];
  const values = new Float64Array(count);
  for (let c = 0; c < count; c += batch) {
    const size = Math.min(batch, count - c);
    const from = c * encoding.columns;
    acquisition.values(columns.subarray(from, from + size * encoding.columns), size, values.subarray(c, c + size));
    yield null;
  }
  const candidates: Found[] = kept.map((c, k) => ({
    design: designs.values.slice(c * d, (c + 1) * d),
    value: values[k] as number,
  }));
  const starts = pickStarts(candidates, effort.climbs, rng);
  const search = new Search(acquisition, domain);
  const found: Found[] = [];
  for (const start of starts) {
    found.push(yield* search.climb(start));
  }
  return [...found, ...candidates].sort((a, b) => b.value - a.value);
}

/** The best candidate, then draws with probability proportional to the acquisition itself, without replacement. */
function pickStarts(candidates: readonly Found[], count: number, rng: Rng): Found[] {
  let bestAt = 0;
  candidates.forEach(({ value }, c) => {
    if (value > (candidates[bestAt] as Found).value) bestAt = c;
  });
  const top = candidates[bestAt] as Found;
  const starts = [top];
  const weights = Float64Array.from(candidates, ({ value }) => exp(value - top.value));
  weights[bestAt] = 0;
  while (starts.length < count) {
    let total = 0;
    for (const weight of weights) total += weight;
    if (!(total > 0)) break;
    let left = rng.float() * total;
    let c = 0;
    while (c < weights.length - 1 && left >= (weights[c] as number)) left -= weights[c++] as number;
    if ((weights[c] as number) === 0) break;
    starts.push(candidates[c] as Found);
    weights[c] = 0;
  }
  return starts;
}
