import { AsktellError, type Checks, checkOptions, show } from '@asktell/core';
import {
  type ArrayMemory,
  arrayAt,
  createGroups,
  type Group,
  type GroupArrays,
  groupOf,
  measureGroups,
  type ParameterArray,
  type Parameters,
} from './parameter-groups.ts';
import { type RateHistory, RateRecorder } from './rate-history.ts';
import { type RateOptions, rateChecks } from './rate-options.ts';
import { RateRule, type RuleDefaults } from './rate-rule.ts';

/** Defaults of one optimizer. */
export interface RateDefaults extends RuleDefaults {
  readonly rate: number;
}

/**
 * A gradient method that adapts its learning rate while it trains: after each step, the gradient says whether a larger or
 * a smaller rate would have been better. This is the base class of {@link HypergradientSgd},
 * {@link HypergradientNesterov} and {@link HypergradientAdam}.
 *
 * Source: Baydin, Cornish, Martínez Rubio, Schmidt and Wood, Online learning rate adaptation with hypergradient descent,
 * ICLR 2018.
 */
export abstract class HypergradientOptimizer {
  abstract readonly name: string;
  readonly rule: RateRule;
  /** g · g of an array in the metric of the method. `null` for the Euclidean one. */
  protected readonly metric: ((gradient: ParameterArray, memory: ArrayMemory) => number) | null = null;
  readonly #start: number | { readonly [group: string]: number };
  readonly #memory: number;
  #groups: Group[] | null = null;
  #recorder = new RateRecorder([]);
  #steps = 0;

  /**
   * @param memory arrays that the method needs for each array of parameters, besides the direction
   * @throws AsktellError `invalid-argument`
   */
  protected constructor(
    where: string,
    options: RateOptions,
    own: { readonly [name: string]: (value: unknown) => string | null },
    defaults: RateDefaults,
    memory: number,
  ) {
    checkOptions(where, options, { ...rateChecks, ...own } as Checks<RateOptions>);
    const { rate = defaults.rate, rule = 'multiplicative', minRate = 0, maxRate = Number.POSITIVE_INFINITY } = options;
    if (minRate > maxRate)
      throw new AsktellError(
        'invalid-argument',
        `${where}: minRate must not exceed maxRate, but ${minRate} > ${maxRate}.`,
      );
    if (
      rule === 'multiplicative' &&
      minRate === 0 &&
      Object.values(typeof rate === 'number' ? [rate] : rate).includes(0)
    )
      throw new AsktellError(
        'invalid-argument',
        `${where}: rate must not be 0 with the multiplicative rule, which could never change it. Pass a larger rate, a minRate, or { rule: 'additive' }.`,
      );
    this.#start = typeof rate === 'number' ? rate : { ...rate };
    this.#memory = memory;
    this.rule = new RateRule(options, defaults);
  }

  /**
   * The rate that the options give to a group, before the warm-up.
   * @throws AsktellError `invalid-argument` if the options name groups, but not this one
   */
  startOf(group: string): number {
    const start = this.#start;
    if (typeof start === 'number') return start;
    if (Object.hasOwn(start, group)) return start[group] as number;
    throw new AsktellError(
      'invalid-argument',
      `${this.name}: the group ${show(group)} is unknown. The groups of the option rate are ${Object.keys(start).join(', ')}.`,
    );
  }

  /** Number of steps so far. */
  get steps(): number {
    return this.#steps;
  }

  /** The current rate of each group by name. Parameters without names are the group `all`. Empty before the first step. */
  get rates(): { readonly [group: string]: number } {
    return Object.fromEntries((this.#groups ?? []).map(({ name, rate }) => [name, rate]));
  }

  /** The rates so far, at 256 steps at most. The number of recorded steps, not their distance, is limited. */
  get history(): RateHistory {
    return this.#recorder.history();
  }

  /**
   * Adapts the rates and moves the parameters, in place. After an overshoot, the guard may take the last step back instead. The first step decides the groups and lengths; later steps must
   * have the same ones. If it throws, nothing was changed. Allocates only in the first step.
   * @param parameters an array, a list of arrays, or these by group
   * @param gradient derivatives of the loss at these parameters, in the same form
   * @throws AsktellError `invalid-argument` for another group or length, `invalid-value` for a gradient that is not finite
   */
  step(parameters: Parameters, gradient: Parameters): void {
    const start = this.#start;
    const groups =
      this.#groups ??
      createGroups(this.name, parameters, this.#memory, typeof start === 'number' ? null : Object.keys(start));
    measureGroups(this.name, groups, parameters, gradient, this.metric);
    if (this.#groups === null) {
      this.#groups = groups;
      this.#recorder = new RateRecorder(groups.map(({ name }) => name));
      for (const group of groups) group.rate = this.rule.first(this.startOf(group.name));
    }
    this.#steps++;
    this.beginStep(this.#steps);
    const isRecorded = this.#recorder.wants(this.#steps);
    if (isRecorded) this.#recorder.open();
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i] as Group;
      this.#stepGroup(
        group,
        groupOf(parameters, group.name) as GroupArrays,
        groupOf(gradient, group.name) as GroupArrays,
      );
      if (isRecorded) this.#recorder.set(i, group.rate);
    }
  }

  #stepGroup(group: Group, x: GroupArrays, gradient: GroupArrays): void {
    const before = group.rate;
    if (group.hasDirection) {
      const norms = Math.sqrt(group.gradientMetric) * Math.sqrt(group.directionMetric);
      const cosine = norms > 0 ? group.product / norms : 0;
      const move = this.rule.next(group, group.product, cosine, group.gradientSquares);
      if (move !== 'forward') {
        const isRestart = move === 'restart';
        for (let a = 0; a < group.arrays.length; a++)
          takeBack(arrayAt(x, a), group.arrays[a] as ArrayMemory, isRestart ? before : before - group.rate, isRestart);
        group.hasDirection = !isRestart;
        return;
      }
    }
    group.squares = group.gradientSquares;
    group.slope = 0;
    group.directionMetric = 0;
    for (let a = 0; a < group.arrays.length; a++)
      this.move(arrayAt(x, a), arrayAt(gradient, a), group.arrays[a] as ArrayMemory, group);
    group.hasDirection = true;
  }

  /** Called before the arrays of a step are moved. Steps count from 1. */
  protected beginStep(_step: number): void {}

  /**
   * Writes the new direction u and moves x by -`group.rate` · u. Adds g · u to `group.slope`, and the square of u in the metric
   * to `group.directionMetric`. If `group.hasDirection` is false, momentum starts with this gradient.
   */
  protected abstract move(x: ParameterArray, gradient: ParameterArray, memory: ArrayMemory, group: Group): void;

  /** A short description, for logs. */
  toString(): string {
    return `${this.name} after ${this.#steps} steps with the rates ${show(this.rates)}`;
  }
}

/** Moves x against the last direction, and clears the momentum for a restart. */
function takeBack(x: ParameterArray, { direction, first }: ArrayMemory, length: number, isRestart: boolean): void {
  for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) + length * (direction[i] as number);
  if (isRestart) first.fill(0);
}
