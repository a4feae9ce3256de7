import { AsktellError, show } from '../errors.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { checkJson } from '../trial/attribute-value.ts';
import type { Restorable } from './saved-config.ts';
import type { StudyHost, StudyOptions } from './study-options.ts';

/**
 * Checks that the sampler and the pruner of the options can be saved with a study, and that they will be restored as what
 * they are.
 * @throws AsktellError `invalid-argument`, `invalid-value`
 */
export function requireSavable({ sampler, pruner }: StudyOptions, { builtIn }: StudyHost): void {
  if (sampler !== undefined) requirePart('sampler', sampler, builtIn?.samplers ?? []);
  if (pruner !== undefined) requirePart('pruner', pruner, builtIn?.pruners ?? []);
}

function requirePart(
  kind: 'sampler' | 'pruner',
  part: Sampler | Pruner,
  builtIn: readonly Restorable<Sampler | Pruner>[],
): void {
  checkJson(part.config.options, `${kind}: config.options`);
  const namesake = builtIn.find(({ savedName }) => savedName === part.name);
  // Classes of another copy of the package have the same name.
  if (namesake === undefined || (namesake as { readonly name?: unknown }).name === part.constructor.name) return;
  throw new AsktellError(
    'invalid-argument',
    `${kind}: the name ${show(part.name)} belongs to a built-in ${kind}, which would take over when the study is opened again. Give yours another name.`,
  );
}
