import { type CompiledSpace, compileSpace, type Scalar, toInternal, toUnit } from '@asktell/core';
import { EvaluationFailed, type Outcome, observe, type Problem, type ProblemParams } from '@asktell/testing/problems';
import { hypervolume, nonDominated } from './hypervolume.ts';
import { checkpointsOf, lateAfter, type RunResult, type RunTask, studySeed } from './run.ts';

/** Watches one study: evaluates its trials in the order in which they were asked, and keeps what the report needs. */
export class Recorder {
  readonly #problem: Problem;
  readonly #task: RunTask;
  readonly #seed: number;
  readonly #space: CompiledSpace;
  readonly #checkpoints: readonly number[];
  readonly #regrets: number[][];
  readonly #distances: number[] = [];
  #out: Float64Array[] = [];
  #count = 0;
  #failed = 0;
  #failedLate = 0;
  #observed = Number.POSITIVE_INFINITY;
  readonly #steps: (readonly [trial: number, regret: number])[] = [];
  #regret = Number.POSITIVE_INFINITY;
  #front: (readonly number[])[] = [];

  constructor(problem: Problem, task: RunTask) {
    this.#problem = problem;
    this.#task = task;
    this.#seed = studySeed(task);
    this.#space = compileSpace(problem.space).compiled;
    this.#checkpoints = checkpointsOf(task.trials);
    this.#regrets = measuresOf(problem).map(() => []);
  }

  /** Evaluates the next trial; `null` when it fails. */
  evaluate(flat: { readonly [name: string]: Scalar }): Outcome | null {
    if (this.#task.concurrency > 1) this.#measureDistance(flat);
    const outcome = this.#observe(flat);
    this.#count++;
    if (outcome === null) {
      this.#failed++;
      if (this.#count > lateAfter) this.#failedLate++;
    } else if (Object.values(outcome.constraints ?? {}).every((value) => value <= 0)) this.#accept(flat, outcome);
    if (this.#checkpoints.includes(this.#count)) this.#note();
    return outcome;
  }

  /** The trials, from 1, that changed the regret, each with the regret from there on; empty for several objectives. */
  get steps(): readonly (readonly [trial: number, regret: number])[] {
    return this.#steps;
  }

  /** The study is over, maybe before its last trial: what it had then holds for the checkpoints that it missed. */
  end(seconds: number): RunResult {
    while ((this.#regrets[0] as number[]).length < this.#checkpoints.length) this.#note();
    return {
      regrets: this.#regrets,
      failed: this.#failed,
      failedLate: this.#failedLate,
      distances: this.#distances,
      seconds,
    };
  }

  #observe(params: ProblemParams): Outcome | null {
    try {
      return observe(this.#problem, params, this.#seed, this.#count);
    } catch (error) {
      if (error instanceof EvaluationFailed) return null;
      throw error;
    }
  }

  /** The incumbent is the one that looks best; its regret is what it is worth without the noise. */
  #accept(params: ProblemParams, { values }: Outcome): void {
    const { optimum, noise } = this.#problem;
    if (optimum.kind === 'front') {
      this.#front.push(values);
      return;
    }
    const observed = values[0] as number;
    if (!(observed < this.#observed)) return;
    this.#observed = observed;
    const value = noise === 0 ? observed : (this.#problem.objective(params).values[0] as number);
    this.#regret = Math.max(0, value - optimum.value);
    this.#steps.push([this.#count, this.#regret]);
  }

  #note(): void {
    const { optimum } = this.#problem;
    if (optimum.kind === 'value') {
      this.#regrets[0]?.push(this.#regret);
      return;
    }
    this.#front = nonDominated(this.#front);
    optimum.hypervolumes.forEach(({ reference, value }, k) => {
      this.#regrets[k]?.push(Math.max(0, value - hypervolume(this.#front, reference)));
    });
  }

  /** To the nearest of the trials that are out: those asked since the one that is told next. */
  #measureDistance(flat: { readonly [name: string]: Scalar }): void {
    const point = Float64Array.from(this.#space.params, ({ name, dist }) => {
      if (!(name in flat)) return Number.NaN;
      const x = toInternal(dist, flat[name]);
      return dist.kind === 'categorical' ? x : toUnit(dist, x);
    });
    const nearest = Math.min(...this.#out.map((other) => this.#distance(point, other)));
    if (this.#out.length > 0) this.#distances.push(Math.round(nearest * 1e6) / 1e6); // there are many to write down
    this.#out = [...this.#out, point].slice(-(this.#task.concurrency - 1));
  }

  /** Root mean square over the parameters, ranges counting 1; another choice, or a parameter that one lacks, is 1 as well. */
  #distance(a: Float64Array, b: Float64Array): number {
    let sum = 0;
    let active = 0;
    this.#space.params.forEach(({ dist }, i) => {
      const [x, y] = [a[i] as number, b[i] as number];
      if (Number.isNaN(x) && Number.isNaN(y)) return;
      active++;
      if (Number.isNaN(x) || Number.isNaN(y)) sum += 1;
      else sum += dist.kind === 'categorical' ? Number(x !== y) : (x - y) ** 2;
    });
    return Math.sqrt(sum / Math.max(1, active));
  }
}

/** What a problem is measured by: its regret, or a hypervolume for each reference point. */
export function measuresOf({ optimum }: Problem): readonly string[] {
  if (optimum.kind === 'value') return ['regret'];
  return optimum.hypervolumes.map(({ reference }) => `hypervolume below ${reference[0]}`);
}
