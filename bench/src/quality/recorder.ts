import { type CompiledSpace, compileSpace, type Scalar, toInternal, toUnit } from '@asktell/core';
import { EvaluationFailed, type Outcome, observe, type Problem, type ProblemParams } from '@asktell/testing/problems';
import { hypervolume, nonDominated } from './hypervolume.ts';
import { checkpointsOf, lateAfter, type RunResult, type RunTask, studySeed } from './run.ts';

/** Evaluates the trials of one study in the order of the asks and records the data for the report. */
export class Recorder {
  readonly #problem: Problem;
  readonly #task: RunTask;
  readonly #seed: number;
  readonly #space: CompiledSpace;
  readonly #checkpoints: readonly number[];
  readonly #regrets: number[][];
  readonly #distances: number[] = [];
  #pending: Float64Array[] = [];
  #count = 0;
  #failed = 0;
  #failedLate = 0;
  #observed = Number.POSITIVE_INFINITY;
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

  /** Evaluates the next trial. Returns `null` if it fails. */
  evaluate(flat: { readonly [name: string]: Scalar }): Outcome | null {
    if (this.#task.concurrency > 1) this.#measureDistance(flat);
    const outcome = this.#observe(flat);
    this.#count++;
    if (outcome === null) {
      this.#failed++;
      if (this.#count > lateAfter) this.#failedLate++;
    } else if (Object.values(outcome.constraints ?? {}).every((value) => value <= 0)) this.#accept(flat, outcome);
    if (this.#checkpoints.includes(this.#count)) this.#recordCheckpoint();
    return outcome;
  }

  /** Ends the recording. If the study ended early, its last regret is used for the remaining checkpoints. */
  end(seconds: number): RunResult {
    while ((this.#regrets[0] as number[]).length < this.#checkpoints.length) this.#recordCheckpoint();
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

  /** Updates the incumbent, the trial with the best observed value. Its regret is computed without noise. */
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
  }

  #recordCheckpoint(): void {
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

  /** Measures the distance to the nearest pending trial. */
  #measureDistance(flat: { readonly [name: string]: Scalar }): void {
    const point = Float64Array.from(this.#space.params, ({ name, dist }) => {
      if (!(name in flat)) return Number.NaN;
      const x = toInternal(dist, flat[name]);
      return dist.kind === 'categorical' ? x : toUnit(dist, x);
    });
    const nearest = Math.min(...this.#pending.map((other) => this.#distance(point, other)));
    if (this.#pending.length > 0) this.#distances.push(Math.round(nearest * 1e6) / 1e6); // rounded to keep files small
    this.#pending = [...this.#pending, point].slice(-(this.#task.concurrency - 1));
  }

  /** Root mean square over the active parameters, scaled to [0, 1]. Different choices and missing parameters count as 1. */
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

/** The measures of a problem: its regret, or a hypervolume for each reference point. */
export function measuresOf({ optimum }: Problem): readonly string[] {
  if (optimum.kind === 'value') return ['regret'];
  return optimum.hypervolumes.map(({ reference }) => `hypervolume below ${reference[0]}`);
}
