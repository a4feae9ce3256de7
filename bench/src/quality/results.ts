import type { Problem } from '@asktell/testing/problems';
import { compare, type Pairing } from './compare.ts';
import type { QualityOptions } from './options.ts';
import { type Match, runKey } from './plan.ts';
import type { Comparison } from './report.ts';
import type { RunAnswer, RunResult, SamplerSpec } from './run.ts';

/** Collects the results of the runs of one command. */
export class Results {
  readonly #options: QualityOptions;
  readonly #results = new Map<string, RunResult>();
  readonly #errors = new Map<string, string>();
  readonly #cached = new Set<string>();

  constructor(options: QualityOptions) {
    this.#options = options;
  }

  /** Number of runs that failed with an error. */
  get errors(): number {
    return this.#errors.size;
  }

  /** Number of runs from the cache. */
  get cached(): number {
    return this.#cached.size;
  }

  /** Whether the result of a run is known. */
  has(key: string): boolean {
    return this.#results.has(key);
  }

  /** Adds the answer of a worker. */
  add(key: string, answer: RunAnswer): void {
    if ('error' in answer) this.#errors.set(key, answer.error);
    else this.#results.set(key, answer.result);
  }

  /** Adds a result from the cache. */
  addCached(key: string, result: RunResult): void {
    this.#results.set(key, result);
    this.#cached.add(key);
  }

  /** The results of both samplers on a problem, or `null` if a result is missing. */
  pairing(match: Match, problem: Problem): Pairing | null {
    const [ours, theirs] = [this.#runs(match.ours, problem), this.#runs(match.theirs, problem)];
    return ours === null || theirs === null ? null : { problem, ours, theirs };
  }

  /** Compares the samplers of a match on all problems with complete results. */
  comparison(match: Match): Comparison {
    const pairings = match.problems.flatMap((problem) => this.pairing(match, problem) ?? []);
    const theirs = pairings.flatMap(({ problem }) => this.#keys(match.theirs, problem));
    return {
      ours: match.ours.label,
      theirs: match.theirs.label,
      rows: compare(pairings, this.#options.trials),
      skipped: [...match.skipped, ...this.#failures(match)],
      cached: theirs.filter((key) => this.#cached.has(key)).length,
      runs: theirs.length,
    };
  }

  /** One line per sampler and problem with errors, with the first message. */
  #failures({ ours, theirs, problems }: Match): readonly string[] {
    return problems.flatMap((problem) =>
      [ours, theirs].flatMap((sampler) => {
        const messages = this.#keys(sampler, problem).flatMap((key) => this.#errors.get(key) ?? []);
        const where = `${problem.name}: ${messages.length} studies of ${sampler.label} failed with an error`;
        return messages.length === 0 ? [] : [`${where}: ${messages[0]?.trim().replaceAll('\n', ' ')}`];
      }),
    );
  }

  #keys(sampler: SamplerSpec, problem: Problem): readonly string[] {
    return Array.from({ length: this.#options.seeds }, (_, i) => runKey(sampler.label, problem.name, i + 1));
  }

  #runs(sampler: SamplerSpec, problem: Problem): readonly RunResult[] | null {
    const runs = this.#keys(sampler, problem).flatMap((key) => this.#results.get(key) ?? []);
    return runs.length === this.#options.seeds ? runs : null;
  }
}
