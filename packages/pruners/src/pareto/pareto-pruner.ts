import {
  AsktellError,
  type Checks,
  check,
  checkOptions,
  type Direction,
  type Json,
  must,
  type PruneContext,
  type PruneDecision,
  type Pruner,
  type PrunerFoldContext,
  type StateFold,
  show,
  type TrialHistory,
} from '@asktell/core';
import { autoMinResource, lengthOf, resourceCheck } from '../halving/resource.ts';
import { Measurements } from '../rules/measurements.ts';
import { isInFrontShare } from './front-share.ts';
import { type Point, RankedFronts } from './ranked-fronts.ts';

/** Options of {@link ParetoPruner}. */
export interface ParetoOptions {
  /** Names of the reported metrics to compare. Default: the objectives, by `metricNames` of the study. */
  readonly metrics?: readonly string[];
  /** One direction for each of `metrics`. Default: the directions of the objectives with these names. */
  readonly directions?: readonly Direction[];
  /**
   * Step of the lowest rung. Default `'auto'`: a hundredth of the largest step of the first complete trial, at least 1.
   * Nothing is pruned before that trial.
   */
  readonly minResource?: number | 'auto';
  /**
   * One of this many trials passes a rung, and the step of each rung is this many times that of the rung below. At
   * least 2. Default: 3.
   */
  readonly reductionFactor?: number;
}

/** State after a set of finished trials. With a fixed `minResource` it does not depend on their order. */
export interface ParetoState {
  minResource: number | null;
  /** By rung. */
  readonly rungs: RankedFronts[];
}

const areNames = must(
  'a non-empty list of distinct names',
  (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((name) => check.name(name) === null) &&
    new Set(value).size === value.length,
);
const areDirections = must(
  "a list of 'minimize' and 'maximize'",
  (value) => Array.isArray(value) && value.every((word) => word === 'minimize' || word === 'maximize'),
);

const optionChecks: Checks<ParetoOptions> = {
  metrics: areNames,
  directions: areDirections,
  minResource: resourceCheck,
  reductionFactor: check.count(2),
};

/** What a trial has measured at a rung. */
interface RungPoint {
  readonly step: number;
  readonly values: readonly number[];
}

/**
 * Successive halving for several objectives. At a rung, trials are ranked by their Pareto fronts, and trials of one front by
 * the hypervolume that they add to it. A trial is pruned unless it is among the best `1 / reductionFactor`. At least one
 * trial for each metric passes a rung, and a trial that dominates all others does. NaN at a rung is pruned.
 *
 * A rung is reached when all metrics were reported at its step or later. Values at rungs are stored in an attribute of the
 * trial. Running trials of all workers are compared.
 *
 * Source: Schmucker, Donini, Zafar, Salinas and Archambeau, Multi-objective Asynchronous Successive Halving (2021), with the
 * hypervolume instead of their ε-net.
 *
 * @example
 * const study = await createStudy({
 *   directions: ['minimize', 'minimize'],
 *   metricNames: ['loss', 'latency'],
 *   pruner: new ParetoPruner({ minResource: 1 }),
 * });
 */
export class ParetoPruner implements Pruner<ParetoState> {
  static readonly savedName = 'pareto';
  readonly name = 'pareto';
  readonly config: { readonly version: number; readonly options: Json };
  readonly reads = 'running';
  readonly fold: StateFold<ParetoState, PrunerFoldContext> = {
    init: () => ({ minResource: this.minResource === 'auto' ? null : this.minResource, rungs: [] }),
    absorb: (state, row, { history }) => {
      const curves = this.#curves(history);
      const length = state.minResource === null ? lengthOf(curves[0] as Measurements, row) : -1;
      if (length >= 0) state.minResource = autoMinResource(length);
      for (let rung = 0; ; rung++) {
        const stored = this.#stored(history, row, rung);
        if (stored === null) return;
        if (state.rungs.length === rung) state.rungs.push(new RankedFronts());
        (state.rungs[rung] as RankedFronts).insert(minimized(stored.values, curves));
      }
    },
    clone: ({ minResource, rungs }) => ({ minResource, rungs: rungs.map((fronts) => fronts.clone()) }),
  };
  readonly metrics: readonly string[] | undefined;
  readonly directions: readonly Direction[] | undefined;
  readonly minResource: number | 'auto';
  readonly reductionFactor: number;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: ParetoOptions = {}) {
    checkOptions('ParetoPruner', options, optionChecks);
    const { metrics, directions, minResource = 'auto', reductionFactor = 3 } = options;
    if (directions !== undefined && directions.length !== metrics?.length)
      throw new AsktellError(
        'invalid-argument',
        `ParetoPruner: directions ${show(directions)} must be one for each of metrics, which are ${show(metrics)}.`,
      );
    this.metrics = metrics;
    this.directions = directions;
    this.minResource = minResource;
    this.reductionFactor = reductionFactor;
    const named = {
      ...(metrics === undefined ? {} : { metrics }),
      ...(directions === undefined ? {} : { directions }),
    };
    this.config = { version: 1, options: { ...named, minResource, reductionFactor } };
  }

  /**
   * Restores the pruner from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): ParetoPruner {
    return new ParetoPruner(options as ParetoOptions);
  }

  /** @throws AsktellError `unsupported` if the metrics or their directions are not known */
  decide({ minResource, rungs }: ParetoState, { history, number }: PruneContext): PruneDecision {
    const curves = this.#curves(history);
    for (const curve of curves) curve.requireDirection();
    const now = lastValues(curves, number);
    if (minResource === null || now === null) return { prune: false };
    let attrs: { [key: string]: Json } | undefined;
    const decision = (prune: boolean): PruneDecision => (attrs === undefined ? { prune } : { prune, attrs });
    for (let rung = 0, due = minResource; due <= now.step; rung++, due *= this.reductionFactor) {
      const stored = this.#stored(history, number, rung);
      if (stored !== null && stored.step >= due && stored.step < now.step) continue; // decided by an earlier report
      if (now.values.some(Number.isNaN)) return decision(true);
      attrs ??= {};
      attrs[this.#rungKey(rung)] = now as unknown as Json;
      const fronts = this.#rivals(rungs[rung], history, number, rung, curves);
      const count = Math.max(curves.length, Math.floor((fronts.size + 1) / this.reductionFactor));
      if (!isInFrontShare(fronts, minimized(now.values, curves), count)) return decision(true);
    }
    return decision(false);
  }

  /** The finished and running trials at a rung, except one. */
  #rivals(
    finished: RankedFronts | undefined,
    history: TrialHistory,
    number: number,
    rung: number,
    curves: readonly Measurements[],
  ): RankedFronts {
    const others = Array.from(history.running)
      .filter((row) => row !== number)
      .flatMap((row) => this.#stored(history, row, rung) ?? []);
    if (others.length === 0) return finished ?? new RankedFronts();
    const fronts = finished?.clone() ?? new RankedFronts();
    for (const { values } of others) fronts.insert(minimized(values, curves));
    return fronts;
  }

  /** One for each metric. */
  #curves(history: TrialHistory): readonly Measurements[] {
    const { name } = this;
    const names: readonly (string | undefined)[] | null =
      this.metrics ?? history.metricNames ?? (history.directions.length === 1 ? [undefined] : null);
    if (names === null)
      throw new AsktellError(
        'unsupported',
        `The pareto pruner does not know which reported metrics the ${history.directions.length} objectives are. Name them with metricNames of the study, or say { metrics, directions }.`,
      );
    return names.map((metric, i) => new Measurements(history, { name, metric, direction: this.directions?.[i] }));
  }

  #rungKey(rung: number): string {
    return `asktell:rung:${this.metrics?.join(',') ?? ''}:${rung}`;
  }

  #stored(history: TrialHistory, row: number, rung: number): RungPoint | null {
    const stored = history.attribute(row, this.#rungKey(rung));
    return typeof stored === 'object' && stored !== null && 'values' in stored
      ? (stored as unknown as RungPoint)
      : null;
  }
}

/** The last value of each metric, and the largest step at which all were known. `null` if one was not reported. */
function lastValues(curves: readonly Measurements[], number: number): RungPoint | null {
  let step = Number.POSITIVE_INFINITY;
  const values: number[] = [];
  for (const curve of curves) {
    const { steps, values: all } = curve.reports(number);
    if (steps.length === 0) return null;
    step = Math.min(step, steps[steps.length - 1] as number);
    values.push(all[all.length - 1] as number);
  }
  return { step, values };
}

function minimized(values: readonly number[], curves: readonly Measurements[]): Point {
  return Float64Array.from(curves, (curve, i) => curve.sign * (values[i] as number));
}
