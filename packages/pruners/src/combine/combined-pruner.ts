import {
  AsktellError,
  check,
  checkValue,
  type Json,
  type PruneContext,
  type PruneDecision,
  type Pruner,
  type PrunerFoldContext,
  type SavedPart,
  type StateFold,
  savePart,
  show,
} from '@asktell/core';
import { requirePruner } from '../rules/require-pruner.ts';

/** Pruners that store values at rungs. Two of them with the same metric would overwrite each other's values. */
const keepsRungs: readonly string[] = ['successive-halving', 'hyperband', 'pasha'];

/** Several pruners as one. Each decision asks all members and stores the attributes of all members. */
export abstract class CombinedPruner implements Pruner<readonly unknown[]> {
  abstract readonly name: string;
  readonly config: { readonly version: number; readonly options: Json };
  readonly reads: 'finished' | 'running';
  readonly fold: StateFold<unknown[], PrunerFoldContext>;
  /** The groups of the first member that has some. */
  readonly group?: (study: string, number: number) => number;
  readonly members: readonly Pruner[];

  protected constructor(className: string, members: readonly Pruner[]) {
    if (!Array.isArray(members) || members.length === 0)
      throw new AsktellError('invalid-argument', `${className}: give at least one pruner, not ${show(members)}.`);
    members.forEach((member, i) => {
      requirePruner(`${className}: pruner ${i + 1}`, member);
    });
    const saved = members.map(savePart);
    const rungs = saved.flatMap(rungKeepers);
    if (new Set(rungs.map(({ metric }) => metric)).size < rungs.length)
      throw new AsktellError(
        'invalid-argument',
        `${className}: ${rungs.map(({ name }) => name).join(' and ')} store the same attributes of a trial. Combine at most one of them for each metric.`,
      );
    this.members = [...members];
    this.reads = members.some(({ reads }) => reads === 'running') ? 'running' : 'finished';
    this.fold = foldOf(this.members);
    const grouping = this.members.find(({ group }) => group !== undefined);
    if (grouping?.group !== undefined) this.group = grouping.group.bind(grouping);
    this.config = { version: 1, options: { pruners: saved as unknown as Json } };
  }

  /** Combines the decisions of the members. */
  protected abstract combine(answers: readonly boolean[]): boolean;

  decide(states: readonly unknown[], ctx: PruneContext): PruneDecision {
    const decisions = this.members.map((member, i) => member.decide(states[i], ctx));
    const prune = this.combine(decisions.map((decision) => decision.prune));
    const attrs = Object.assign({}, ...decisions.map((decision) => decision.attrs)) as NonNullable<
      PruneDecision['attrs']
    >;
    return Object.keys(attrs).length === 0 ? { prune } : { prune, attrs };
  }
}

/** A state per member, `undefined` for a member without a fold. It can be cloned if all of them can. */
function foldOf(members: readonly Pruner[]): StateFold<unknown[], PrunerFoldContext> {
  const folds = members.map(({ fold }) => fold);
  const canCopy = folds.every((fold) => fold === undefined || fold.clone !== undefined);
  return {
    init: (ctx) => folds.map((fold) => fold?.init(ctx)),
    absorb: (states, row, ctx) => {
      for (let i = 0; i < folds.length; i++) folds[i]?.absorb(states[i], row, ctx);
    },
    ...(canCopy ? { clone: (states: unknown[]) => states.map((state, i) => folds[i]?.clone?.(state)) } : {}),
  };
}

/** The pruners that store rungs: this one, and those nested in it. */
function rungKeepers({ name, options }: SavedPart): readonly { readonly name: string; readonly metric?: string }[] {
  const { base, pruners, ...own } = (options ?? {}) as {
    readonly metric?: string;
    readonly base?: SavedPart | null;
    readonly pruners?: readonly SavedPart[];
  };
  if (keepsRungs.includes(name)) return [{ name, ...own }];
  return [...(base ? [base] : []), ...(Array.isArray(pruners) ? pruners : [])].flatMap(rungKeepers);
}

/** Restores the members of a saved combination. */
export function restoreMembers(className: string, options: Json, restore: (saved: Json) => Pruner): readonly Pruner[] {
  checkValue(`${className}: the saved options`, options, check.object);
  const { pruners } = options as { readonly pruners?: readonly Json[] };
  if (!Array.isArray(pruners))
    throw new AsktellError(
      'invalid-argument',
      `${className}: the saved options must contain a list of pruners, not ${show(options)}.`,
    );
  return pruners.map(restore);
}
