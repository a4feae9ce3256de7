import { AsktellError, show } from '@asktell/core';
import type { NumberArray } from './features.ts';

/** One label: a class or a number. */
export type Label = number | string | boolean;

/** One label per sample. Also used for groups. */
export type Labels = readonly Label[] | NumberArray;

/** The labels with these indices, in the same representation. */
export function takeLabels<Y extends Labels>(labels: Y, rows: ArrayLike<number>): Y {
  if (Array.isArray(labels)) return Array.from(rows, (row) => labels[row]) as unknown as Y;
  const taken = new (labels.constructor as new (length: number) => NumberArray)(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = (labels as NumberArray)[rows[i] as number] as number;
  return taken as unknown as Y;
}

/** The distinct labels in ascending order: numbers by value, others as text. */
export function classesOf(labels: Labels): readonly Label[] {
  const distinct = [...new Set<Label>(labels as Iterable<Label>)];
  return distinct.every((label) => typeof label === 'number')
    ? distinct.sort((a, b) => a - b)
    : distinct.sort((a, b) => (String(a) < String(b) ? -1 : 1));
}

/** What a data set asks for: a class, or a number. */
export type Task = 'classification' | 'regression';

/** The task that labels suggest, as scikit-learn's `type_of_target`: whole numbers, text and booleans are classes. */
export function taskOf(labels: Labels): Task {
  for (const label of labels as Iterable<Label>)
    if (typeof label === 'number' && !Number.isInteger(label)) return 'regression';
  return 'classification';
}

/**
 * Checks that there is one label per sample.
 * @throws AsktellError `invalid-data`
 */
export function checkLabels(where: string, name: string, labels: Labels, samples: number): void {
  if (!Array.isArray(labels) && !ArrayBuffer.isView(labels))
    throw new AsktellError('invalid-data', `${where}: ${name} must be an array, not ${show(labels)}.`);
  if (labels.length !== samples)
    throw new AsktellError(
      'invalid-data',
      `${where}: ${name} has ${labels.length} entries, but X has ${samples} rows. Pass one entry per row.`,
    );
  for (let i = 0; i < samples; i++) {
    const label: unknown = labels[i];
    const isUsable = typeof label === 'number' ? Number.isFinite(label) : ['string', 'boolean'].includes(typeof label);
    if (!isUsable)
      throw new AsktellError(
        'invalid-data',
        `${where}: ${name} contains ${show(label)} at index ${i}. Remove this row.`,
      );
  }
}
