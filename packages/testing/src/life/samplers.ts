import { drawInternal, type SampleContext, type Sampler, toExternal } from '@asktell/core';

/** Draws every parameter uniformly. Repeats are avoided by the study. */
export const uniform: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => toExternal(dist, drawInternal(dist, ctx.rng(name))),
};

/** What a sampler has seen of one trial. */
export type Seen = 'nothing' | 'a pending point' | 'a failure' | 'its reports' | 'its values';

/** A sampler that remembers what it saw of one trial at its last proposal. */
export class ProbeSampler implements Sampler {
  readonly name = 'probe';
  readonly config: Sampler['config'] = { version: 1, options: {} };
  readonly supports: Sampler['supports'] = { objectives: 'many', pending: true };
  /** The trial to look at. */
  watched = 0;
  /** `null` until the next proposal for another trial. */
  seen: Seen | null = null;

  propose(_state: unknown, ctx: SampleContext): { x: Float64Array } {
    if (ctx.trial.number !== this.watched) this.seen = seenOf(ctx, this.watched);
    return { x: Float64Array.from(ctx.space.params, ({ name, dist }) => drawInternal(dist, ctx.rng(name))) };
  }
}

function seenOf({ history, space }: SampleContext, row: number): Seen {
  if (history.running.includes(row))
    return space.params.some(({ name }) => Number.isNaN(history.value(row, name))) ? 'nothing' : 'a pending point';
  if (!history.finished.includes(row)) return 'nothing';
  const failure = history.failure(row);
  // Samplers ignore lost trials.
  if (failure !== null) return failure.code === 'lost' ? 'nothing' : 'a failure';
  if (history.state(row) === 'complete') return history.values(0)[row] === 2.5 ? 'its values' : 'nothing';
  return history.state(row) === 'pruned' && history.reports(row).values[0] === 0.5 ? 'its reports' : 'nothing';
}
