import type { Rng, SampleContext } from '@asktell/core';
import type { GaussianProcess } from '@asktell/numerics';
import type { Acquisition } from './acquisition/acquisition.ts';
import { LogProbabilityBelow } from './acquisition/probability.ts';
import type { Observation } from './data/observations.ts';
import { compareObservations } from './data/ranking.ts';
import { addPending, incumbentOf, lowered, smoothedTargets } from './model/incumbent.ts';
import type { ObjectiveModel } from './model/models.ts';
import { readNote } from './note.ts';
import { askedDomain, pendingPoints } from './search/asked-domain.ts';
import type { Domain } from './search/domain.ts';
import { awayFromFailures } from './search/failures.ts';
import type { Axis } from './space/axis.ts';
import type { GpState } from './state.ts';
import type { Steps } from './steps.ts';

/** The model of the objective with the pending points. */
export interface AskedModel extends ObjectiveModel {
  /** Target to improve on in the whole space; `null` while no feasible observation is known. */
  readonly incumbent: number | null;
  /** Target to improve on near the best point. With noise, it is a posterior mean, because the best target is mostly luck. */
  readonly nearIncumbent: number | null;
}

/** What the arms need for one proposal. Models are made when they are first used. */
export class Ask {
  readonly state: GpState;
  readonly ctx: SampleContext;
  readonly rng: Rng;
  readonly domain: Domain;
  /** Points of running trials, in columns. */
  readonly pending: readonly Float64Array[];
  #isNoisy = false;
  #objective: AskedModel | null = null;
  #ranked: readonly Observation[] | null = null;
  #best: readonly Float64Array[] | null = null;
  #chances: readonly Acquisition[] | null = null;
  #failure: GaussianProcess | null;

  private constructor(state: GpState, ctx: SampleContext, spacing: number, failure: GaussianProcess | null) {
    this.state = state;
    this.ctx = ctx;
    this.rng = ctx.rng('gp');
    this.pending = pendingPoints(state.encoding, ctx.history);
    this.#failure = failure;
    const whole = askedDomain(state, ctx, this.pending, spacing);
    this.domain = failure === null ? whole : awayFromFailures(state, failure, whole);
  }

  /** @param spacing distance within which a point counts as equal to a pending one */
  static *of(state: GpState, ctx: SampleContext, spacing: number): Steps<Ask> {
    const mayFail = state.failures > 0 && state.valued.length > 0 && state.encoding.axes.length > 0;
    const failure = mayFail ? yield* state.models.failure(state.observations) : null;
    return new Ask(state, ctx, spacing, failure);
  }

  /** Number of running trials that an arm proposed, and how many of them were asked since the last trial finished. */
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

  *objective(): Steps<AskedModel> {
    if (this.#objective === null) {
      const { models, valued } = this.state;
      const model = yield* models.objective(valued, 0);
      const { process, list } = model;
      const near = incumbentOf(process, list, this.isNoisy);
      const incumbent = this.isNoisy ? incumbentOf(process, list) : near;
      if (this.isNoisy) this.#rank(process, list);
      const predicted = addPending(process, this.pending);
      this.#objective = {
        ...model,
        incumbent: lowered(incumbent, predicted),
        nearIncumbent: lowered(near, predicted),
      };
    }
    return this.#objective;
  }

  /**
   * Takes account of noise: from now on, the best observations are those with the lowest posterior means. The lowest values
   * are mostly lucky ones.
   */
  *smooth(): Steps<void> {
    this.#isNoisy = true;
    yield* this.objective();
  }

  get isNoisy(): boolean {
    return this.#isNoisy;
  }

  /** Orders observations of equal standing by their posterior means, those outside the model last. */
  #rank(process: GaussianProcess, list: readonly Observation[]): void {
    const smoothed = smoothedTargets(process);
    const means = new Map(list.map((observation, i) => [observation, smoothed[i] as number]));
    const meanOf = (observation: Observation): number => means.get(observation) ?? Number.POSITIVE_INFINITY;
    const isRanked = ({ outcome }: Observation): boolean => outcome === 'feasible' || outcome === 'prior';
    this.#ranked = this.state.valued.slice().sort((a, b) => {
      if (a.outcome !== b.outcome || !isRanked(a)) return compareObservations(a, b);
      const [x, y] = [meanOf(a), meanOf(b)];
      return x < y ? -1 : x > y ? 1 : compareObservations(a, b);
    });
    this.#best = null;
  }

  /** Observations with values, the best first. */
  get ranked(): readonly Observation[] {
    this.#ranked ??= this.state.valued.slice().sort((a, b) => compareObservations(a, b));
    return this.#ranked;
  }

  /** Designs of the best three observations. */
  get best(): readonly Float64Array[] {
    this.#best ??= this.ranked.slice(0, 3).map((observation) => this.fill(observation));
    return this.#best;
  }

  /** Logarithms of the probabilities that a point is feasible and that its trial does not fail. */
  *chances(): Steps<readonly Acquisition[]> {
    if (this.#chances === null) {
      const { models, observations, valued, constraints, failures } = this.state;
      const chances: Acquisition[] = [];
      for (const name of constraints) {
        const { process, border } = yield* models.constraint(valued, name);
        chances.push(new LogProbabilityBelow(process, border, 0));
      }
      if (failures > 0) {
        this.#failure ??= yield* models.failure(observations);
        const process = this.#failure;
        chances.push(new LogProbabilityBelow(process, 0, process.noise));
      }
      this.#chances = chances;
    }
    return this.#chances;
  }

  /**
   * The design of an observation. Its inactive axes get the positions of the best observation in which they are active,
   * or random ones.
   */
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
