import {
  type Distribution,
  drawUniform,
  type Json,
  type Proposal,
  type Rng,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type SamplerSupport,
  type Scalar,
  type StateFold,
} from '@asktell/core';
import { type ArmContext, type ArmResult, globalArm, localArm, quadraticArm, rankedObservations, trustArm } from './arms.ts';
import type { Axis } from './axis.ts';
import type { Domain } from './domain.ts';
import type { Encoding } from './encoding.ts';
import { type GpRecipe, ownRecipe } from './recipe.ts';
import { armOf, GpState } from './state.ts';
import { SobolSequence } from '@asktell/numerics';

export interface GpOptions {
  readonly deterministic?: boolean;
  readonly recipe?: Partial<GpRecipe>;
  readonly seed?: number;
}

export class GpSampler implements Sampler<GpState> {
  static readonly savedName = 'gp';
  readonly name = 'gp';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { conditional: true, pending: true };
  declare readonly seed?: number;
  readonly fold: StateFold<GpState, SamplerFoldContext> = {
    init: ({ space, history }) => new GpState(space, history.directions.length, this.#recipe),
    absorb: (state, row, { history }) => state.absorb(row, history),
    clone: (state) => state.clone(),
  };
  readonly #recipe: GpRecipe;

  constructor(options: GpOptions = {}) {
    if (options.seed !== undefined) this.seed = options.seed;
    this.config = { version: 1, options: options as Json };
    this.#recipe = { ...ownRecipe, ...options.recipe } as GpRecipe;
  }

  static fromConfig(options: Json): GpSampler {
    return new GpSampler(options as unknown as GpOptions);
  }

  propose(state: GpState, ctx: SampleContext): Proposal {
    const { encoding, observed } = state;
    const { history, space } = ctx;
    const x = new Float64Array(space.params.length);
    const domain = domainOf(state, ctx);
    const done = (design: Float64Array, note?: Json): Proposal => {
      encoding.toInternal(design, 0, x);
      return note === undefined ? { x } : { x, note };
    };
    if (encoding.axes.length === 0) return done(new Float64Array(0));
    const d = encoding.axes.length;
    const rng = ctx.rng('gp');
    if (observed.size === 0) {
      const design = firstDesign(state, ctx, domain, rng);
      return design === null ? { x: x.fill(Number.NaN) } : done(design);
    }
    const pending: Float64Array[] = [];
    const arms: string[] = [];
    let since = 0;
    for (const row of history.running) {
      const pendingArm = armOf(history.note(row));
      if (pendingArm === null) continue;
      arms.push(pendingArm);
      pending.push(new Float64Array(0));
      if (history.seen(row) === state.absorbed) since++;
    }
    const ranked = rankedObservations(state);
    const arm = state.best < 0 || observed.size < d + 2 ? 'g' : state.rotation.next(arms, since);
    const best = Array.from(ranked.subarray(0, 3), (i) => filledDesign(state, i, ranked, rng));
    const armContext: ArmContext = { state, domain, pending, best, rng };
    const result = runArm(arm, armContext, ranked);
    const found = result.found[Math.min(ctx.attempt, result.found.length - 1)];
    if (found === undefined) return { x: x.fill(Number.NaN), note: { arm } };
    return done(found.design, { arm });
  }

  sampleOne(_state: GpState, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    return drawUniform(dist, ctx.rng(name));
  }
}

function runArm(arm: string, ctx: ArmContext, ranked: Int32Array): ArmResult {
  if (arm === 'g') return globalArm(ctx);
  if (arm === 'm') return trustArm(ctx);
  if (arm === 'l') return localArm(ctx, ranked);
  return quadraticArm(ctx, ranked);
}

/** A design of an observation, with numbers on its inactive axes: those of the best observation in which they are active. */
function filledDesign({ encoding, observed }: GpState, i: number, ranked: Int32Array, rng: Rng): Float64Array {
  const design = new Float64Array(encoding.axes.length);
  encoding.toDesign(observed.points, i * encoding.columns, design);
  const other = new Float64Array(encoding.axes.length);
  for (let a = 0; a < design.length; a++) {
    if (!Number.isNaN(design[a])) continue;
    const axis = encoding.axes[a] as Axis;
    let value = axis.kind === 'choice' ? rng.int(0, axis.cells - 1) : encoding.snap(a, rng.float());
    for (const k of ranked) {
      encoding.toDesign(observed.points, k * encoding.columns, other);
      if (Number.isNaN(other[a])) continue;
      value = other[a] as number;
      break;
    }
    design[a] = value;
  }
  return design;
}

function firstDesign(
  { encoding, failed }: GpState,
  { trial, history }: SampleContext,
  domain: Domain,
  rng: Rng,
): Float64Array | null {
  const d = encoding.axes.length;
  const design = new Float64Array(d);
  const isFirst = failed.size === 0 && history.running.length === 0;
  const sobol = new SobolSequence(Math.min(d, SobolSequence.maxDimensions), { scramble: 'owen', seed: 1 });
  for (let k = 0; k < 200; k++) {
    const unit = sobol.point((trial.number + k * 7919) % 2 ** 31);
    for (let a = 0; a < d; a++) {
      const axis = encoding.axes[a] as Axis;
      const u = isFirst && k === 0 ? (axis.kind === 'choice' ? rng.float() : 0.5) : ((unit[a] ?? rng.float()) as number);
      if (axis.kind === 'choice') {
        const settled = domain.choices[a] as number;
        design[a] = settled >= 0 ? settled : Math.min(axis.cells - 1, Math.floor(u * axis.cells));
      } else {
        const low = domain.lower[a] as number;
        design[a] = encoding.snap(a, low + u * ((domain.upper[a] as number) - low));
      }
    }
    if (domain.accepts(design, 0)) return design;
  }
  return null;
}

function domainOf(state: GpState, ctx: SampleContext): Domain {
  const { encoding, observed, failed } = state;
  const { axes, columns } = encoding;
  const { allows } = ctx.space;
  const lower = new Float64Array(axes.length);
  const upper = new Float64Array(axes.length).fill(1);
  const choices = new Int32Array(axes.length).fill(-1);
  axes.forEach(({ param, kind }, a) => {
    const fixed = ctx.fixed[param] as number;
    if (Number.isNaN(fixed)) return;
    if (kind === 'choice') choices[a] = fixed;
    else {
      lower[a] = encoding.position(a, fixed);
      upper[a] = lower[a] as number;
    }
  });
  const internal = new Float64Array(ctx.space.params.length);
  const accepts =
    allows === null
      ? () => true
      : (design: Float64Array, start: number): boolean => {
          encoding.toInternal(design, start, internal);
          for (let i = 0; i < internal.length; i++)
            if (!Number.isNaN(ctx.fixed[i]) && !Number.isNaN(internal[i])) internal[i] = ctx.fixed[i] as number;
          return allows(internal);
        };
  const tried = pendingColumns(encoding, ctx);
  const isSame = (points: Float64Array, at: number, point: Float64Array, start: number): boolean => {
    for (let j = 0; j < columns; j++)
      if (Math.abs((points[at + j] as number) - (point[start + j] as number)) > 1e-9) return false;
    return true;
  };
  const isTaken = (point: Float64Array, start: number): boolean => {
    for (const set of [observed, failed])
      for (let i = 0; i < set.size; i++) if (isSame(set.points, i * columns, point, start)) return true;
    for (let i = 0; i < tried.length; i++) if (isSame(tried[i] as Float64Array, 0, point, start)) return true;
    return false;
  };
  return { encoding, lower, upper, choices, accepts, isTaken };
}

function pendingColumns(encoding: Encoding, { history }: SampleContext): Float64Array[] {
  const out: Float64Array[] = [];
  const design = new Float64Array(encoding.axes.length);
  for (const row of history.running) {
    if (!encoding.readTrial((name) => history.value(row, name), design)) continue;
    const columns = new Float64Array(encoding.columns);
    encoding.toColumns(design, 0, columns, 0);
    out.push(columns);
  }
  return out;
}
