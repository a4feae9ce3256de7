import {
  AsktellError,
  type CompiledSpace,
  type Distribution,
  drawUniform,
  fromUnit,
  isActive,
  isSingle,
  type Json,
  type ParamSpec,
  type Proposal,
  rngFor,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type SamplerSupport,
  type Scalar,
  type StateFold,
  type TrialHistory,
  toExternal,
} from '@asktell/core';
import { Dimensions } from './dimensions.ts';
import { type CheckedQmcOptions, checkQmcOptions, type QmcOptions } from './options.ts';
import { PointLedger } from './point-ledger.ts';
import { readPointNote } from './point-note.ts';
import { UnitPoints } from './unit-points.ts';

/** What the sampler remembers: the points that finished trials have spent, and which parameter has which dimension. */
export interface QmcState {
  readonly space: CompiledSpace;
  readonly points: UnitPoints;
  /** Fingerprint of the sequence: trials that have points of another one are none of ours. */
  readonly of: number;
  readonly dimensions: Dimensions;
  readonly ledger: PointLedger;
}

/** How many points that `where` forbids are passed over in one proposal before the space counts as unsatisfiable. */
const mostForbidden = 20_000;
/** Bounds the points of n trials: a note beyond is damaged. */
const mostPerTrial = mostForbidden + 1000;

/**
 * Quasi-Monte Carlo: the points of a low-discrepancy sequence, which cover the space more evenly than random ones. A better random search, a design for
 * sensitivity analysis and surrogates, a baseline; it learns nothing. Best with 2^m trials (16, 32, 64, …).
 *
 * The trials of this sampler have the points 0, 1, 2, … of the sequence, none twice and none left out, whatever the number of workers and whatever else
 * happens in the study: points are handed out inside the ask transaction, and each trial notes its own. Enqueued trials (their free
 * parameters are drawn uniformly), imported ones and those of other samplers have none. Failed trials keep theirs; a trial that is reclaimed
 * from a dead worker goes on with its point, and that of a lost one goes to the next trial. Points that `where` forbids are skipped.
 *
 * Each parameter of a declared space has a dimension of its own, conditional ones and choices included. A define-by-run study starts with uniform
 * draws, until a trial has finished; then each name that finished trials have had gets a dimension for good, and names beyond are drawn uniformly.
 * Changing the sequence, its seed or the declared space begins at point 0 again.
 *
 * A proposal costs O(parameters + running trials), at any number of finished ones.
 *
 * @example
 * const study = await createStudy({ space: { x: float(0, 1), y: float(1e-3, 1, { log: true }) }, sampler: new QmcSampler() });
 * await study.optimize(objective, { trials: 64 });
 */
export class QmcSampler implements Sampler<QmcState> {
  static readonly savedName = 'qmc';
  readonly name = 'qmc';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { objectives: 'many', conditional: true, exclusive: true };
  declare readonly seed?: number;
  readonly fold: StateFold<QmcState, SamplerFoldContext> = {
    init: ({ space, seed }) => this.#begin(space, seed),
    absorb: (state, row, { history }) => {
      if (state.space.origin === 'observed') state.dimensions.learn(row, history);
      if (history.failure(row)?.code === 'lost') return;
      for (const point of pointsOf(state, row, history)) state.ledger.spend(point, (index) => isAllowed(state, index));
    },
    clone: (state) => ({ ...state, dimensions: state.dimensions.clone(), ledger: state.ledger.clone() }),
  };
  readonly #options: CheckedQmcOptions;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: QmcOptions = {}) {
    const checked = checkQmcOptions(options);
    const { sequence, scramble, seed } = checked;
    this.#options = checked;
    if (seed !== undefined) this.seed = seed;
    this.config = { version: 1, options: { sequence, scramble, ...(seed === undefined ? {} : { seed }) } };
  }

  /**
   * Makes the sampler again from what its `config.options` were.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): QmcSampler {
    return new QmcSampler(options as unknown as QmcOptions);
  }

  /** @throws AsktellError `unsupported` when a declared space has more parameters than the sequence has dimensions */
  #begin(space: CompiledSpace, seed: number): QmcState {
    const { sequence, scramble } = this.#options;
    const points = new UnitPoints(sequence, scramble, seed);
    const isDeclared = space.origin === 'declared';
    const dimensions = isDeclared ? Dimensions.declared(space) : new Dimensions(new Map(), points.maxDimensions);
    if (dimensions.size > points.maxDimensions) {
      throw new AsktellError(
        'unsupported',
        `QmcSampler: the space has ${dimensions.size} parameters, and the ${sequence} sequence has ${points.maxDimensions} dimensions; ` +
          (sequence === 'sobol' ? "use new QmcSampler({ sequence: 'halton' })." : 'use another sampler.'),
      );
    }
    // An observed space loses a parameter now and then; that is no reason to begin anew.
    const whose = JSON.stringify([sequence, scramble, isDeclared ? space.id : 'observed']);
    const of = rngFor(seed, 0, whose).int(0, 2 ** 32 - 1);
    return { space, points, of, dimensions, ledger: new PointLedger() };
  }

  /** @throws AsktellError `unsatisfiable-space` when `where` allows none of 20,000 points in a row */
  propose(state: QmcState, ctx: SampleContext): Proposal {
    const { space, of, dimensions, ledger } = state;
    const free = new Float64Array(space.params.length).fill(Number.NaN);
    if (ctx.trial.enqueued.size > 0 || dimensions.size === 0) return { x: free };
    const taken = new Set<number>();
    for (const row of ctx.history.running) for (const point of pointsOf(state, row, ctx.history)) taken.add(point);
    const passed: number[] = [];
    let forbidden = 0;
    for (const point of ledger.fresh(taken)) {
      const x = pointAt(state, point, ctx.fixed);
      if (space.allows !== null && !space.allows(x)) {
        if (++forbidden >= mostForbidden) break;
      } else if (passed.length < ctx.attempt) passed.push(point);
      else return { x, note: passed.length === 0 ? { point, of } : { point, of, passed } };
    }
    throw new AsktellError(
      'unsatisfiable-space',
      `QmcSampler: where(…) allows none of ${mostForbidden} points; loosen the conditions, or transform the parameters so that they hold more often.`,
    );
  }

  /** A parameter that was not proposed: from the trial's point if it has one and the name has a dimension, else a uniform draw. */
  sampleOne(state: QmcState, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    const note = readPointNote(ctx.trial.note, state.of, Number.POSITIVE_INFINITY);
    const dimension = state.dimensions.of(name);
    if (note === null || dimension === undefined) return drawUniform(dist, ctx.rng(name));
    return toExternal(dist, fromUnit(dist, state.points.coordinate(note.point, dimension)));
  }
}

/** The points that a trial has used up, ascending: its own, and those turned down for it. */
function pointsOf({ of }: QmcState, row: number, history: TrialHistory): readonly number[] {
  const note = readPointNote(history.note(row), of, (row + 1) * mostPerTrial);
  return note === null ? [] : [...(note.passed ?? []), note.point];
}

/** Internal values of a point, NaN for inactive parameters and those without a dimension. */
function pointAt(state: QmcState, index: number, fixed: Float64Array | null): Float64Array {
  const { space, points, dimensions } = state;
  const x = new Float64Array(space.params.length).fill(Number.NaN);
  for (let i = 0; i < x.length; i++) {
    if (!isActive(space, i, x)) continue;
    const { name, dist } = space.params[i] as ParamSpec;
    const dimension = dimensions.of(name);
    if (fixed !== null && !Number.isNaN(fixed[i])) x[i] = fixed[i] as number;
    else if (isSingle(dist)) x[i] = dist.kind === 'categorical' ? 0 : dist.low;
    else if (dimension !== undefined) x[i] = fromUnit(dist, points.coordinate(index, dimension));
  }
  return x;
}

function isAllowed(state: QmcState, index: number): boolean {
  return state.space.allows === null || state.space.allows(pointAt(state, index, null));
}
