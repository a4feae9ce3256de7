import {
  type CompiledSpace,
  cardinality,
  type Distribution,
  drawUniform,
  FinitePoints,
  mostCells,
  type Proposal,
  type SampleContext,
  type Scalar,
  show,
  type TrialHistory,
} from '@asktell/core';
import type { Grid, Subgrid } from '../grid/grid.ts';
import { badBruteForce, continuous } from './errors.ts';

/**
 * The grid of all points of a finite declared space. It stores no value lists, so ranges may be long. A trial counts for the
 * cell with its parameter values, even if it was enqueued or imported.
 */
export class FiniteSpaceGrid implements Grid {
  readonly total: number;
  readonly #space: CompiledSpace;
  readonly #points: FinitePoints;
  readonly #x: Float64Array;

  /** @throws AsktellError `invalid-argument` for a continuous range, and for more than 2^52 points */
  constructor(space: CompiledSpace) {
    this.#space = space;
    for (const { name, dist } of space.params)
      if (cardinality(dist) === Number.POSITIVE_INFINITY) throw continuous(name, dist);
    this.#points = new FinitePoints(space);
    this.#x = new Float64Array(space.params.length);
    this.total = this.#points.total;
    if (this.total > mostCells)
      throw badBruteForce(
        `the space must have at most 2^52 points, not about ${this.total.toPrecision(2)}. Use larger steps or fewer parameters.`,
      );
  }

  triedBy(row: number, history: TrialHistory): number {
    const { params } = this.#space;
    for (let i = 0; i < params.length; i++)
      this.#x[i] = history.value(row, (params[i] as { readonly name: string }).name);
    return this.#points.cell(this.#x);
  }

  takenBy(row: number, history: TrialHistory): number {
    return this.triedBy(row, history);
  }

  allows(cell: number): boolean {
    return this.#space.allows === null || this.#space.allows(this.#points.point(cell));
  }

  proposal(cell: number): Proposal {
    return { x: this.#points.point(cell) };
  }

  /** Called for trials whose fixed values match no free point, and for parameters outside the declared space. */
  sampleOne(ctx: SampleContext, name: string, dist: Distribution): Scalar {
    if (this.#space.params.some((param) => param.name === name)) return drawUniform(dist, ctx.rng(name));
    throw badBruteForce(`suggested parameters must be in the declared space, not ${show(name)}. Add it to the space.`);
  }

  subgrid({ fixed }: SampleContext): Subgrid | null {
    if (fixed.every(Number.isNaN)) return null;
    const part = new FinitePoints(this.#space, this.#withBranches(fixed));
    return { total: part.total, cell: (k) => this.#points.cell(part.point(k)) };
  }

  /** Adds the branches that fixed conditional parameters require. */
  #withBranches(fixed: Float64Array): Float64Array {
    const { params } = this.#space;
    const out = Float64Array.from(fixed);
    for (let i = out.length - 1; i >= 0; i--) {
      const when = params[i]?.when;
      if (when && !Number.isNaN(out[i]) && Number.isNaN(out[when.param])) out[when.param] = when.choice;
    }
    return out;
  }
}
