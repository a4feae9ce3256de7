import type { Problem } from '@asktell/testing/problems';
import { compare, type Pairing } from './compare.ts';
import type { Comparison } from './comparison.ts';
import type { KeptHeader } from './kept.ts';
import type { QualityOptions } from './options.ts';
import { type Match, runKey } from './plan.ts';
import type { RunAnswer, RunResult, SamplerSpec } from './run.ts';

/** What is known of the runs of one command, as they come in. */
export class Results {
  readonly #options: QualityOptions;
  readonly #results = new Map<string, RunResult>();
  readonly #errors = new Map<string, string>();
  readonly #cached = new Set<string>();
  readonly #kept = new Set<string>();
  readonly #absent = new Map<string, string>();
  readonly #headerOf: (sampler: SamplerSpec) => KeptHeader | null;

  /** `headerOf` tells how the kept runs of a peer were made. */
  constructor(options: QualityOptions, headerOf: (sampler: SamplerSpec) => KeptHeader | null) {
    this.#options = options;
    this.#headerOf = headerOf;
  }

  /** How many runs ended with an error. */
  get errors(): number {
    return this.#errors.size;
  }

  get cached(): number {
    return this.#cached.size;
  }

  get kept(): number {
    return this.#kept.size;
  }

  /** Whether there is nothing left to run for it. */
  has(key: string): boolean {
    return this.#results.has(key) || this.#absent.has(key);
  }

  add(key: string, answer: RunAnswer): void {
    if ('error' in answer) this.#errors.set(key, answer.error);
    else this.#results.set(key, answer.result);
  }

  addCached(key: string, result: RunResult): void {
    this.#results.set(key, result);
    this.#cached.add(key);
  }

  /** A run that comes from the repository. */
  addKept(key: string, result: RunResult): void {
    this.#results.set(key, result);
    this.#kept.add(key);
  }

  /** A run that cannot be made here, and why. */
  addAbsent(key: string, reason: string): void {
    this.#absent.set(key, reason);
  }

  /** Both sides of a problem, once all their runs went well. */
  pairing(match: Match, problem: Problem): Pairing | null {
    const [ours, theirs] = [this.#runs(match.ours, problem), this.#runs(match.theirs, problem)];
    return ours === null || theirs === null ? null : { problem, ours, theirs };
  }

  comparison(match: Match): Comparison {
    const pairings = match.problems.flatMap((problem) => this.pairing(match, problem) ?? []);
    const theirs = pairings.flatMap(({ problem }) => this.#keys(match.theirs, problem));
    const kept = theirs.filter((key) => this.#kept.has(key)).length;
    return {
      ours: match.ours.label,
      theirs: match.theirs.label,
      rows: compare(pairings, this.#options.trials),
      skipped: [...match.skipped, ...this.#failures(match)],
      cached: theirs.filter((key) => this.#cached.has(key)).length,
      kept,
      keptFrom: kept === 0 ? null : this.#headerOf(match.theirs),
      runs: theirs.length,
    };
  }

  /** One line for each sampler and problem, with what went wrong first. */
  #failures({ ours, theirs, problems }: Match): readonly string[] {
    return problems.flatMap((problem) =>
      [ours, theirs].flatMap((sampler) => {
        const keys = this.#keys(sampler, problem);
        const line = (from: ReadonlyMap<string, string>, what: string): readonly string[] => {
          const messages = keys.flatMap((key) => from.get(key) ?? []);
          const where = `${problem.name}: ${messages.length} studies of ${sampler.label} ${what}`;
          return messages.length === 0 ? [] : [`${where}: ${messages[0]?.trim().replaceAll('\n', ' ')}`];
        };
        return [...line(this.#errors, 'ended with an error'), ...line(this.#absent, 'are not there')];
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
