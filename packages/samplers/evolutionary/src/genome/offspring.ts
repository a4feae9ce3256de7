import type { Rng, SampleContext } from '@asktell/core';
import type { Candidates, Selection } from '../operators/operator.ts';
import { type Breeding, breed } from './breed.ts';
import type { GenomeSpace } from './genome-space.ts';
import { type PointSet, pointKey } from './point-set.ts';

/** A population of parents. */
export interface Parents extends Candidates {
  /** The genome at a position. Read-only. */
  genome(position: number): Float64Array;
  /** Whether a member has these genes. */
  has(genome: Float64Array): boolean;
}

/** Maximum number of children bred to find a new point. */
const breedAttempts = 8;
/** Maximum number of uniform draws if no child is a new point. */
const drawAttempts = 8;
/** Maximum number of repeated selections to avoid choosing a parent twice. */
const distinctAttempts = 4;

/**
 * The next point to try: a child of the population. A few attempts avoid points that were tried before, first with other
 * children, then with uniform draws.
 * @param parents `null`: uniform draws only
 * @param tried points of finished trials; `null`: only members of the population are avoided
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
    } else genes.complete(child.fill(Number.NaN), ctx.fixed, rng);
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
