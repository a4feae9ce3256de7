import type { Rng, SampleContext } from '@asktell/core';
import type { Candidates, Selection } from '../operators/operator.ts';
import { type Breeding, breed } from './breed.ts';
import type { GenomeSpace } from './genome-space.ts';
import { type PointSet, pointKey } from './point-set.ts';

/** A population that children descend from. */
export interface Parents extends Candidates {
  /** The genome at a position. Not to be written. */
  genome(position: number): Float64Array;
  /** Whether a member has these genes. */
  has(genome: Float64Array): boolean;
}

/** How often a child is bred anew when it stands for a point that was measured before. */
const breedAttempts = 8;
/** How many uniform draws follow when none of them was new. */
const drawAttempts = 8;
/** How often a parent is chosen anew that is one of the child's parents already. */
const distinctAttempts = 4;

/**
 * The next point to try: a child of the population, as new as can be had with a few attempts, after them uniform draws.
 * @param parents `null`: uniform draws only
 * @param tried the points that were finished before; `null`: nothing is known but the population
 * @returns internal values, NaN = inactive
 */
export function offspring(
  genes: GenomeSpace,
  breeding: Breeding,
  selection: Selection,
  parents: Parents | null,
  tried: PointSet | null,
  ctx: SampleContext,
): Float64Array {
  const rng = ctx.rng('child');
  const child = new Float64Array(genes.size);
  const x = new Float64Array(genes.size);
  for (let attempt = parents === null ? breedAttempts : 0; attempt < breedAttempts + drawAttempts; attempt++) {
    if (parents !== null && attempt < breedAttempts) {
      breed(genes, breeding, chooseParents(parents, selection, breeding.crossover.parents, rng), ctx.fixed, rng, child);
    } else genes.settle(child.fill(Number.NaN), ctx.fixed, rng);
    genes.decode(child, x);
    if (tried === null ? parents?.has(child) !== true : !tried.has(pointKey(x))) break;
  }
  return x;
}

function chooseParents(parents: Parents, selection: Selection, count: number, rng: Rng): Float64Array[] {
  const chosen: number[] = [];
  for (let k = 0; k < count; k++) {
    let position = selection.select(parents, rng);
    for (let again = 0; again < distinctAttempts && chosen.includes(position); again++) {
      position = selection.select(parents, rng);
    }
    chosen.push(position);
  }
  return chosen.map((position) => parents.genome(position));
}
