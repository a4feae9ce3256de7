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

/** A string that changes when anything inside `value` changes. Functions and histories are ignored, cycles are cut. */
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

/** A string that changes when a sampler modifies the history. */
function historyPrint(history: TrialHistory): string {
  const params = Array.from({ length: history.size }, (_, row) => {
    const { names, x } = history.params(row);
    return [names, Array.from(x), names.map((name) => history.value(row, name))];
  });
  const values = history.directions.map((_, k) => history.values(k).slice(0, history.size));
  return fingerprint([history.finished, history.running, params, values, history.violation.slice(0, history.size)]);
}

/** Options of {@link watched}. */
export interface WatchOptions {
  /** Expect that proposing does not change the state. `false` allows caches in the state that change no result. */
  readonly frozenState: boolean;
}

/**
 * Wraps a sampler and checks that it is pure. Each proposal is made again from the same state and from an earlier clone,
 * and all must be equal. The history and clones of the state must not change. A violation makes the ask throw.
 * @example createStudy({ sampler: watched(new MySampler(), { frozenState: true }) })
 */
export function watched(sampler: Sampler, { frozenState }: WatchOptions): Sampler {
  function checked<T>(state: unknown, history: TrialHistory, call: (state: unknown) => T): T {
    const before = [frozenState ? fingerprint(state) : '', historyPrint(history)];
    const copy = clone === undefined ? state : clone.call(fold, state);
    const results = [call(state), call(state), call(copy)] as const;
    const after = [frozenState ? fingerprint(state) : '', historyPrint(history)];
    expect(after, 'proposing changes neither state nor history').toEqual(before);
    const compare = ([first, second, third]: readonly unknown[]): unknown => {
      expect(second, 'the same proposal again').toEqual(first);
      expect(third, 'the same proposal from a clone').toEqual(first);
      return first;
    };
    if (results[0] instanceof Promise) return Promise.all(results).then(compare) as T;
    return compare(results) as T;
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
        checked(state, ctx.history, (from) => propose.call(sampler, from, ctx)),
    }),
    ...(sampleOne && {
      sampleOne: (state: unknown, ctx: SampleContext, name: string, dist: Distribution): Scalar =>
        checked(state, ctx.history, (from) => sampleOne.call(sampler, from, ctx, name, dist)),
    }),
  };
}

/** Wraps a fold and checks that a clone absorbs like the original and that absorbing does not change the history. */
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
      expect(historyPrint(ctx), 'absorbing does not change the history').toBe(before);
      if (checkpoint === undefined) return;
      expect(fingerprint(checkpoint), 'a clone does not change while the original absorbs').toBe(print);
      fold.absorb(checkpoint, row, ctx);
      expect(fingerprint(checkpoint), 'the clone absorbs in the same way').toBe(fingerprint(state));
    },
    ...(clone && { clone: (state: S) => clone.call(fold, state) }),
  };
}
