import type { Rng, SampleContext } from '@asktell/core';
import { type GaussianProcess, Posterior } from '@asktell/numerics';
import type { Acquisition } from './acquisition/acquisition.ts';
import { LogProbabilityBelow } from './acquisition/probability.ts';
import type { Observation } from './data/observations.ts';
import type { Targets } from './data/targets.ts';
import { readNote } from './note.ts';
import type { Domain } from './search/domain.ts';
import type { Axis } from './space/axis.ts';
import { compareObservations, type GpState } from './state.ts';

/** The model of the objective as it stands for one proposal. */
export interface ObjectiveModel {
  readonly process: GaussianProcess;
  readonly targets: Targets;
  /** Target to improve on, `null` while nothing feasible is known. */
  readonly incumbent: number | null;
}

/** What all arms need for one proposal. Everything is made when it is used first. */
export class Ask {
  readonly state: GpState;
  readonly ctx: SampleContext;
  readonly rng: Rng;
  readonly domain: Domain;
  /** Points of running trials, in columns. */
  readonly pending: readonly Float64Array[];
  #objective: ObjectiveModel | null = null;
  #ranked: readonly Observation[] | null = null;
  #best: readonly Float64Array[] | null = null;
  #chances: readonly Acquisition[] | null = null;

  constructor(state: GpState, ctx: SampleContext) {
    this.state = state;
    this.ctx = ctx;
    this.rng = ctx.rng('gp');
    this.pending = pendingPoints(state, ctx);
    this.domain = domainOf(state, ctx, this.pending);
  }

  /** Running trials whose proposal came from an arm, and how many of them were asked for since the last trial finished. */
  armsInProgress(): { readonly pending: number; readonly since: number } {
    const { history } = this.ctx;
    let pending = 0;
    let since = 0;
    for (const row of history.running) {
      if (readNote(history.note(row)) === null) continue;
      pending++;
      if (history.seen(row) === this.state.absorbed) since++;
    }
    return { pending, since };
  }

  get objective(): ObjectiveModel {
    if (this.#objective === null) {
      const { state } = this;
      const { process, targets } = state.objective();
      const incumbent = incumbentOf(process, state.valued, state.recipe['incumbent'] === 'posterior');
      this.#objective = { process, targets, incumbent: addPending(process, this.pending, incumbent) };
    }
    return this.#objective;
  }

  /** Valued observations, best first. */
  get ranked(): readonly Observation[] {
    this.#ranked ??= this.state.valued.slice().sort(compareObservations);
    return this.#ranked;
  }

  /** Designs of the best three observations. */
  get best(): readonly Float64Array[] {
    this.#best ??= this.ranked.slice(0, 3).map((observation) => this.fill(observation));
    return this.#best;
  }

  /** Logarithms of the probabilities that a point is feasible and does not fail. */
  get chances(): readonly Acquisition[] {
    if (this.#chances === null) {
      const { state } = this;
      const chances: Acquisition[] = [];
      for (const name of state.constraints) {
        const { process, border } = state.constraint(name);
        chances.push(new LogProbabilityBelow(process, border, 0));
      }
      if (state.failures > 0) {
        const process = state.failure();
        chances.push(new LogProbabilityBelow(process, 0, process.noise));
      }
      this.#chances = chances;
    }
    return this.#chances;
  }

  /** The design of an observation, with positions on its inactive axes: those of the best observation in which they are active, else random ones. */
  fill({ point }: Observation): Float64Array {
    const { encoding } = this.state;
    const design = new Float64Array(encoding.axes.length);
    encoding.toDesign(point, 0, design);
    if (!encoding.isConditional) return design;
    const other = new Float64Array(encoding.axes.length);
    for (let a = 0; a < design.length; a++) {
      if (!Number.isNaN(design[a])) continue;
      const axis = encoding.axes[a] as Axis;
      let value = axis.kind === 'choice' ? this.rng.int(0, axis.cells - 1) : encoding.snap(a, this.rng.float());
      for (const observation of this.ranked) {
        encoding.toDesign(observation.point, 0, other);
        if (Number.isNaN(other[a])) continue;
        value = other[a] as number;
        break;
      }
      design[a] = value;
    }
    return design;
  }
}

/** The least target, or posterior mean, of the feasible observations. */
export function incumbentOf(process: GaussianProcess, list: readonly Observation[], smooth: boolean): number | null {
  let least: number | null = null;
  list.forEach(({ outcome }, i) => {
    if (outcome === 'infeasible') return;
    const value = smooth ? posteriorMean(process, i) : (process.targets[i] as number);
    if (least === null || value < least) least = value;
  });
  return least;
}

/** The posterior mean at an observation, from K (K + N)⁻¹ y = y - N α. */
export function posteriorMean(process: GaussianProcess, i: number): number {
  const noise = process.noise + (process.variances[i] as number) + process.factor.jitter;
  return (process.targets[i] as number) - noise * (process.alpha[i] as number);
}

/**
 * Adds the points that are being measured: they are believed to turn out as predicted, which lowers variances and the incumbent
 * (the kriging believer of Ginsbourger et al. 2010). Returns the incumbent.
 */
export function addPending(
  process: GaussianProcess,
  pending: readonly Float64Array[],
  incumbent: number | null,
): number | null {
  if (pending.length === 0) return incumbent;
  const mean = new Float64Array(1);
  const posterior = new Posterior(process);
  let least = incumbent;
  for (const point of pending) {
    if (least !== null) {
      posterior.predictMean(point, 1, mean);
      least = Math.min(least, mean[0] as number);
    }
    process.appendPending(point);
  }
  return least;
}

function pendingPoints({ encoding }: GpState, { history }: SampleContext): Float64Array[] {
  const design = new Float64Array(encoding.axes.length);
  const out: Float64Array[] = [];
  for (const row of history.running) {
    if (!encoding.readTrial((name) => history.value(row, name), design)) continue;
    const point = new Float64Array(encoding.columns);
    encoding.toColumns(design, 0, point, 0);
    out.push(point);
  }
  return out;
}

/** Positions that differ by less are one point. */
const samePosition = 1e-9;

function domainOf({ encoding, observations }: GpState, ctx: SampleContext, pending: readonly Float64Array[]): Domain {
  const { axes, columns } = encoding;
  const { allows } = ctx.space;
  const lower = new Float64Array(axes.length);
  const upper = new Float64Array(axes.length).fill(1);
  const choices = new Int32Array(axes.length).fill(-1);
  axes.forEach(({ param, kind }, a) => {
    const fixed = ctx.fixed[param] as number;
    if (Number.isNaN(fixed)) return;
    const position = encoding.position(a, fixed);
    if (kind === 'choice') choices[a] = position;
    else {
      lower[a] = position;
      upper[a] = position;
    }
  });
  const x = new Float64Array(ctx.space.params.length);
  const accepts =
    allows === null
      ? null
      : (design: Float64Array, start: number): boolean => {
          encoding.toInternal(design, start, x);
          settle(x, ctx.fixed);
          return allows(x);
        };
  const isTaken = (point: Float64Array, start: number): boolean => {
    const isSame = (other: Float64Array): boolean => {
      for (let j = 0; j < columns; j++)
        if (!(Math.abs((other[j] as number) - (point[start + j] as number)) <= samePosition)) return false;
      return true;
    };
    for (const observation of observations) if (isSame(observation.point)) return true;
    return pending.some(isSame);
  };
  return { encoding, lower, upper, choices, accepts, isTaken };
}

/** Puts settled values into a point, where the parameter is active. */
export function settle(x: Float64Array, fixed: Float64Array): void {
  for (let i = 0; i < x.length; i++)
    if (!Number.isNaN(fixed[i]) && !Number.isNaN(x[i])) x[i] = fixed[i] as number;
}
