import {
  type Awaitable,
  type CompiledSpace,
  type Distribution,
  drawUniform,
  type Explanation,
  type Json,
  type Proposal,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type SamplerSupport,
  type Scalar,
  type StateFold,
} from '@asktell/core';
import { TpeSampler } from '../tpe/sampler.ts';
import type { SpaceTree } from '../tpe/space-tree.ts';
import type { Suggestion } from './arms/arm.ts';
import { choicesArm } from './arms/choices.ts';
import { globalArm } from './arms/global.ts';
import { localArm } from './arms/local.ts';
import { hasNoise } from './arms/noise.ts';
import { paretoArm } from './arms/pareto.ts';
import { quadraticArm } from './arms/quadratic.ts';
import { trustArm } from './arms/trust.ts';
import { Ask } from './ask.ts';
import { bestEarlierDesigns, firstDesigns } from './first-designs.ts';
import { explanationOf, noteOf } from './note.ts';
import { checkGpOptions, configOf, type GpOptions } from './options.ts';
import { predictAt } from './predict.ts';
import { type Arm, type GpRecipe, ownRecipe } from './recipe.ts';
import type { Found } from './search/climb.ts';
import { GpState } from './state.ts';
import { atOnce, inTurns, mostWork, type Steps, work } from './steps.ts';

/**
 * State of the sampler: the models, and in define-by-run studies the densities for parameters outside the common space.
 */
export interface GpStates {
  readonly gp: GpState;
  readonly rest: SpaceTree | null;
}

const arms: { readonly [arm in Arm]: (ask: Ask) => Steps<Suggestion> } = {
  global: globalArm,
  choices: choicesArm,
  trust: trustArm,
  local: localArm,
  quadratic: quadraticArm,
};

/** Minimum distance between pending points, in units of the range of a numeric parameter. */
const pendingSpacing = 1e-3;
/** Maximum number of further candidates, for studies that avoid repeats. */
const mostOthers = 32;
/** Distance that is used if no other point is left. */
const smallSpacing = 1e-9;

/**
 * Gaussian-process optimization, for objectives that are expensive: the best proposals for 20 to 300 trials. A proposal
 * takes milliseconds, and more with more trials, up to a limit that depends on the number of parameters.
 *
 * Five kinds of proposals take turns: expected improvement in the whole space, in a trust region, in the surroundings of the
 * best point and among points with other choices, and the minimum of a quadratic. Models are used from the second trial on.
 *
 * Supports floats, ints, choices, conditional spaces, outcome constraints, `where`, several objectives, noise, pruned
 * and failed trials, and parallel workers. Trials of earlier studies can be given as `from`. Parameters outside the
 * common space of a define-by-run study are proposed by the densities of {@link TpeSampler}.
 *
 * The note of a trial, in its system attribute `asktell:note`, contains the arm, the predicted mean and standard
 * deviation, and the acquisition value.
 *
 * Sources are in docs/gp.md.
 *
 * @example
 * const study = await createStudy({ sampler: new GpSampler({ seed: 1 }) });
 */
export class GpSampler implements Sampler<GpStates> {
  static readonly savedName = 'gp';
  readonly name = 'gp';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { objectives: 'many', conditional: true, pending: true, exclusive: 'ranks' };
  declare readonly seed?: number;
  readonly fold: StateFold<GpStates, SamplerFoldContext> = {
    init: (ctx) => ({
      gp: GpState.of({ ...ctx, recipe: this.#recipe, deterministic: this.#deterministic, from: this.#from }),
      rest: ctx.space.origin === 'declared' ? null : this.#tpe.fold.init(ctx),
    }),
    absorb: ({ gp, rest }, row, ctx) => {
      gp.absorb(row, ctx.history);
      if (rest !== null) this.#tpe.fold.absorb(rest, row, ctx);
    },
    clone: ({ gp, rest }) => ({ gp: gp.clone(), rest: rest === null ? null : rest.clone() }),
  };
  readonly #recipe: GpRecipe;
  readonly #deterministic: boolean;
  readonly #from: NonNullable<ReturnType<typeof checkGpOptions>['from']>;
  readonly #tpe: TpeSampler = new TpeSampler();

  /** @throws AsktellError `invalid-argument` */
  constructor(options: GpOptions = {}) {
    const given = checkGpOptions(options);
    this.#recipe = { ...ownRecipe, ...given.recipe };
    this.#deterministic = given.deterministic ?? false;
    this.#from = given.from ?? [];
    if (given.seed !== undefined) this.seed = given.seed;
    this.config = { version: 1, options: configOf(given) };
  }

  /**
   * Recreates a sampler from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): GpSampler {
    return new GpSampler(options as unknown as GpOptions);
  }

  propose({ gp }: GpStates, ctx: SampleContext): Awaitable<Proposal> {
    const { offload } = ctx.host;
    const { objectives, constraints, failures, observations, encoding, recipe } = gp;
    const models = objectives + constraints.size + (failures > 0 ? 1 : 0);
    const n = Math.min(observations.length, recipe.mostFitted);
    const isLong = models * work(n, encoding.columns) > mostWork;
    const ignored = ignoredNotice(gp, ctx.space);
    if (ignored !== null) ctx.host.notice(ignored);
    const steps = this.#proposal(gp, ctx);
    return offload !== null && isLong ? inTurns(steps, offload) : atOnce(steps);
  }

  *#proposal(gp: GpState, ctx: SampleContext): Steps<Proposal> {
    const x = new Float64Array(ctx.space.params.length).fill(Number.NaN);
    for (const spacing of [pendingSpacing, smallSpacing]) {
      const ask = yield* Ask.of(gp, ctx, spacing);
      const { arm, found, predictors } = yield* suggest(ask);
      const rank = Math.min(ctx.attempt, found.length - 1);
      const chosen = found[rank];
      if (chosen === undefined) continue;
      const isNoted = arm !== null || predictors.length > 0;
      const point = ({ design }: Found): Float64Array => {
        const at = new Float64Array(x.length);
        gp.encoding.toInternal(design, 0, at);
        return at;
      };
      const others = found.slice(rank + 1, rank + 1 + mostOthers).map((other) => ({
        x: point(other),
        ...(isNoted ? { note: noteOf(arm, null, other.value, ask.isNoisy) } : {}),
      }));
      if (!isNoted) return { x: point(chosen), others };
      const prediction = predictors.length === 0 ? null : predictAt(gp, predictors, chosen, ctx.history.directions);
      return { x: point(chosen), note: noteOf(arm, prediction, chosen.value, ask.isNoisy), others };
    }
    // Core draws free parameters one by one and checks `where`.
    return { x };
  }

  /** The note of the trial: the arm, the predicted mean and standard deviation, and the value of the acquisition. */
  explain(_states: GpStates, ctx: SampleContext): Explanation {
    return explanationOf(ctx.trial.note);
  }

  sampleOne({ rest }: GpStates, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    return rest === null ? drawUniform(dist, ctx.rng(name)) : this.#tpe.sampleOne(rest, ctx, name, dist);
  }
}

/** What to say if the trials of earlier studies do not count. The space of a define-by-run study may still grow. */
function ignoredNotice({ ignoresEarlier }: GpState, { origin, params }: CompiledSpace): string | null {
  if (ignoresEarlier === 'objectives') return 'GpSampler: from is ignored in a study with several objectives.';
  if (ignoresEarlier === null || origin !== 'declared') return null;
  const names = params.map(({ name }) => name).join(', ');
  return `GpSampler: no trial of from is a point of this space, so all are ignored. The parameters are ${names}.`;
}

/** The ranked designs of the arm whose turn it is. If it has none, those of another one. */
function* suggest(ask: Ask): Steps<Suggestion & { readonly arm: Arm | null }> {
  const { encoding, valued, objectives, rotation } = ask.state;
  const d = encoding.axes.length;
  if (d === 0 || valued.length === 0) return { arm: null, ...(yield* firstDesigns(ask)) };
  if (ask.state.observations.every(({ outcome }) => outcome === 'prior')) {
    const suggestion = bestEarlierDesigns(ask);
    if (suggestion.found.length > 0) return { arm: null, ...suggestion };
  }
  if (objectives > 1) return { arm: null, ...(yield* paretoArm(ask)) };
  const { pending, since } = ask.armsInProgress();
  const isEarly = valued.length < d + 2;
  if (!isEarly && (yield* hasNoise(ask))) yield* ask.smooth();
  const arm = isEarly ? 'global' : rotation.next(pending, since);
  for (const next of [arm, 'trust', 'global'] as const) {
    const suggestion = yield* arms[next](ask);
    if (suggestion.found.length > 0) return { arm: next, ...suggestion };
  }
  return { arm, found: [], predictors: [] };
}
