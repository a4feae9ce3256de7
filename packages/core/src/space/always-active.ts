import type { CompiledSpace } from './compiled-space.ts';

/** The unconditional parameters of a space, and their indexes in it. */
export interface ActivePart {
  readonly space: CompiledSpace;
  readonly indexes: readonly number[];
}

const parts = new WeakMap<CompiledSpace, ActivePart | null>();

/** The part of a space that a sampler without `supports.conditional` receives, `null` when it is the whole space. */
export function alwaysActive(space: CompiledSpace): ActivePart | null {
  let part = parts.get(space);
  if (part === undefined) {
    const indexes = space.params.flatMap(({ when }, i) => (when === null ? [i] : []));
    part =
      indexes.length === space.params.length
        ? null
        : {
            indexes,
            // Constraints may need the conditional values, so only core can check them.
            space: {
              id: `${space.id}-active`,
              origin: space.origin,
              params: space.params.filter(({ when }) => when === null),
              allows: null,
            },
          };
    parts.set(space, part);
  }
  return part;
}
