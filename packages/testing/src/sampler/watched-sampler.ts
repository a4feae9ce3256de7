import type {
  Awaitable,
  Distribution,
  Proposal,
  SampleContext,
  Sampler,
  Scalar,
  StateFold,
  TrialHistory,
} from '@asktell/core';
import { expect } from 'vitest';

/** A text that changes when anything inside `value` does. Functions and histories are left out, cycles cut. */
export function fingerprint(value: unknown, seen: Set<object> = new Set()): string {
  if (typeof value === 'function') return 'function';
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  if (seen.has(value)) return 'again';
  seen.add(value);
  const inner = (item: unknown): string => fingerprint(item, seen);
  if (ArrayBuffer.isView(value)) return `[${Array.from(value as unknown as ArrayLike<number>).join()}]`;
  if (value instanceof Map) return `map(${[...value].map(([k, v]) => `${inner(k)}>${inner(v)}`).join()})`;
  if (value instanceof Set) return `set(${[...value].map(inner).join()})`;
  if ('finished' in value && 'directions' in value) return 'history';
  return `{${Reflect.ownKeys(value)
    .filter((key) => (value as Record<PropertyKey, unknown>)[key] !== undefined)
    .map((key) => `${String(key)}:${inner((value as Record<PropertyKey, unknown>)[key])}`)
    .join()}}`;
}

/** What of a history a sampler could damage. */
function historyPrint(history: TrialHistory): string {
  const params = Array.from({ length: history.size }, (_, row) => {
    const { names, x } = history.params(row);
    return [names, Array.from(x), names.map((name) => history.value(row, name))];
  });
  const values = history.directions.map((_, k) => history.values(k).slice(0, history.size));
  return fingerprint([history.finished, history.running, params, values, history.violation.slice(0, history.size)]);
}

/** What {@link watched} insists on beside equal proposals. */
export interface WatchOptions {
  /** Proposing must not touch the state at all; else it may keep caches that change no result. */
  readonly frozenState: boolean;
}

/**
 * The same sampler under observation: proposals are made again, from the same state and from a clone made before, and have
 * to agree; neither the history nor a clone of the state may change. Breaches turn up as failed expectations of the ask.
 * @example createStudy({ sampler: watched(new MySampler(), { frozenState: true }) })
 */
export function watched(sampler: Sampler, { frozenState }: WatchOptions): Sampler {
  function again<T>(state: unknown, history: TrialHistory, call: (state: unknown) => T): T {
    const before = [frozenState ? fingerprint(state) : '', historyPrint(history)];
    const copy = clone === undefined ? state : clone.call(fold, state);
    const answers = [call(state), call(state), call(copy)] as const;
    const after = [frozenState ? fingerprint(state) : '', historyPrint(history)];
    expect(after, 'proposing changes neither state nor history').toEqual(before);
    const compare = ([first, second, third]: readonly unknown[]): unknown => {
      expect(second, 'the same proposal again').toEqual(first);
      expect(third, 'the same proposal from a clone').toEqual(first);
      return first;
    };
    if (answers[0] instanceof Promise) return Promise.all(answers).then(compare) as T;
    return compare(answers) as T;
  }
  const { fold, propose, sampleOne } = sampler;
  const clone = fold?.clone;
  return {
    name: sampler.name,
    config: sampler.config,
    supports: sampler.supports,
    ...(sampler.seed === undefined ? {} : { seed: sampler.seed }),
    ...(fold && { fold: watchedFold(fold, ({ history }) => historyPrint(history)) }),
    ...(propose && {
      propose: (state: unknown, ctx: SampleContext): Awaitable<Proposal | 'exhausted'> =>
        again(state, ctx.history, (from) => propose.call(sampler, from, ctx)),
    }),
    ...(sampleOne && {
      sampleOne: (state: unknown, ctx: SampleContext, name: string, dist: Distribution): Scalar =>
        again(state, ctx.history, (from) => sampleOne.call(sampler, from, ctx, name, dist)),
    }),
  };
}

/** The same state under observation: a clone absorbs as the original does, and neither changes the history. */
export function watchedFold<S, Context>(
  fold: StateFold<S, Context>,
  historyPrint: (ctx: Context) => string,
): StateFold<S, Context> {
  const { clone } = fold;
  return {
    init: (ctx) => fold.init(ctx),
    absorb: (state, row, ctx) => {
      const before = historyPrint(ctx);
      const print = fingerprint(state);
      const checkpoint = clone?.call(fold, state);
      fold.absorb(state, row, ctx);
      expect(historyPrint(ctx), 'absorbing leaves the history as it is').toBe(before);
      if (checkpoint === undefined) return;
      expect(fingerprint(checkpoint), 'a clone is equal, and stays so while the original absorbs').toBe(print);
      fold.absorb(checkpoint, row, ctx);
      expect(fingerprint(checkpoint), 'the clone absorbs in the same way').toBe(fingerprint(state));
    },
    ...(clone && { clone: (state: S) => clone.call(fold, state) }),
  };
}
