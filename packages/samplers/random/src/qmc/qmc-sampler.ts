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

/** State of the sampler: the points that finished trials used, and the dimension of each parameter. */
export interface QmcState {
  readonly space: CompiledSpace;
  readonly points: UnitPoints;
  /** Fingerprint of the sequence. Trials with points of another sequence are ignored. */
  readonly of: number;
  readonly dimensions: Dimensions;
  readonly ledger: PointLedger;
}

/** Maximum number of points forbidden by `where` that one proposal skips before the space counts as unsatisfiable. */
const maxForbidden = 20_000;
/** Bounds the index that a trial can reach. A note with a larger index is damaged. */
const maxPointsPerTrial = maxForbidden + 1000;

/**
 * Quasi-Monte Carlo search: proposes the points of a low-discrepancy sequence, which cover the space more evenly than random
 * points. It does not learn from results. Use it in place of random search, as a baseline, or as a design for sensitivity
 * analysis and surrogate models. Most even with 2^m trials (16, 32, 64, …).
 *
 * The trials of this sampler use the points 0, 1, 2, … of the sequence. Each point is used exactly once for any number of
 * workers, because points are assigned inside the ask transaction and stored in the trial's note. Points that `where` forbids
 * are skipped. Enqueued trials, imported trials and trials of other samplers use no point; the free parameters of enqueued
 * trials are drawn uniformly. A failed trial keeps its point. A trial reclaimed from a dead worker continues with its point.
 * The point of a lost trial goes to the next trial.
 *
 * In a declared space each parameter has its own dimension, including conditional and categorical ones. A define-by-run study
 * draws uniformly until the first trial has finished. After that each name seen in a finished trial has a permanent dimension,
 * and other names are drawn uniformly. Changing the sequence, its seed or the declared space restarts at point 0.
 *
 * A proposal costs O(parameters + running trials), independent of the number of finished trials.
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
    init: ({ space, seed }) => this.#init(space, seed),
    absorb: (state, row, { history }) => {
      if (state.space.origin === 'observed') state.dimensions.learn(row, history);
      if (history.failure(row)?.code === 'lost') return;
      for (const point of pointsOf(state, row, history))
        state.ledger.markUsed(point, (index) => isAllowed(state, index));
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
   * Recreates the sampler from its `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): QmcSampler {
    return new QmcSampler(options as unknown as QmcOptions);
  }

  /** @throws AsktellError `unsupported` when a declared space has more parameters than the sequence has dimensions */
  #init(space: CompiledSpace, seed: number): QmcState {
    const { sequence, scramble } = this.#options;
    const points = new UnitPoints(sequence, scramble, seed);
    const isDeclared = space.origin === 'declared';
    const dimensions = isDeclared ? Dimensions.declared(space) : new Dimensions(new Map(), points.maxDimensions);
    if (dimensions.size > points.maxDimensions) {
      throw new AsktellError(
        'unsupported',
        `QmcSampler: the space must have at most ${points.maxDimensions} parameters for the ${sequence} sequence, not ${dimensions.size}. ` +
          (sequence === 'sobol' ? "Use new QmcSampler({ sequence: 'halton' })." : 'Use another sampler.'),
      );
    }
    // An observed space can lose a parameter, so its id must not restart the sequence.
    const identity = JSON.stringify([sequence, scramble, isDeclared ? space.id : 'observed']);
    const of = rngFor(seed, 0, identity).int(0, 2 ** 32 - 1);
    return { space, points, of, dimensions, ledger: new PointLedger() };
  }

  /** @throws AsktellError `unsatisfiable-space` when `where` forbids 20,000 points of one proposal */
  propose(state: QmcState, ctx: SampleContext): Proposal {
    const { space, of, dimensions, ledger } = state;
    const free = new Float64Array(space.params.length).fill(Number.NaN);
    if (ctx.trial.enqueued.size > 0 || dimensions.size === 0) return { x: free };
    const taken = new Set<number>();
    for (const row of ctx.history.running) for (const point of pointsOf(state, row, ctx.history)) taken.add(point);
    const passed: number[] = [];
    let forbidden = 0;
    for (const point of ledger.unused(taken)) {
      const x = pointAt(state, point, ctx.fixed);
      if (space.allows !== null && !space.allows(x)) {
        if (++forbidden >= maxForbidden) break;
      } else if (passed.length < ctx.attempt) passed.push(point);
      else return { x, note: passed.length === 0 ? { point, of } : { point, of, passed } };
    }
    throw new AsktellError(
      'unsatisfiable-space',
      `QmcSampler: where(…) forbids ${maxForbidden} points of the sequence in one proposal. Loosen the conditions, or transform the parameters so that more points satisfy them.`,
    );
  }

  /** Samples a parameter that was not proposed: from the trial's point if the name has a dimension, otherwise uniformly. */
  sampleOne(state: QmcState, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    const note = readPointNote(ctx.trial.note, state.of, Number.POSITIVE_INFINITY);
    const dimension = state.dimensions.of(name);
    if (note === null || dimension === undefined) return drawUniform(dist, ctx.rng(name));
    return toExternal(dist, fromUnit(dist, state.points.coordinate(note.point, dimension)));
  }
}

/** The points that a trial used, ascending: the points rejected for it, then its own. */
function pointsOf({ of }: QmcState, row: number, history: TrialHistory): readonly number[] {
  const note = readPointNote(history.note(row), of, (row + 1) * maxPointsPerTrial);
  return note === null ? [] : [...(note.passed ?? []), note.point];
}

/** Internal values of a point. NaN for inactive parameters and parameters without a dimension. */
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
