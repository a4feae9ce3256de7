import type { Awaitable } from '@asktell/core';
import { describe, it } from 'vitest';

/** One promise of a contract, as a test that any implementation (the subject) has to pass. */
export interface Law<Subject> {
  /** Laws of one group are shown together. */
  readonly group: string;
  /** Unique within its suite; skips refer to it. */
  readonly name: string;
  /** Why the law does not concern this subject, or `null` when it does. */
  readonly exempt?: (subject: Subject) => string | null;
  /** Throws when the subject breaks the law. */
  readonly run: (subject: Subject) => Awaitable<void>;
  readonly timeoutMs?: number;
}

/** A law that an implementation does not keep, and why. */
export interface Skip {
  /** The law's name, as the report shows it. */
  readonly law: string;
  readonly reason: string;
}

/**
 * Registers laws as Vitest tests. Skipped ones are reported as skipped, with the reason in their title.
 * @throws Error when a skip names no law or gives no reason
 * @example runLaws('storage: mine', storageLaws, { open: () => new MyStorage() }, [])
 */
export function runLaws<Subject>(
  title: string,
  laws: readonly Law<Subject>[],
  subject: Subject,
  skips: readonly Skip[],
): void {
  const reasons = checkedSkips(title, laws, skips);
  const groups = [...new Set(laws.map((law) => law.group))];
  describe(title, () => {
    for (const group of groups) {
      describe(group, () => {
        for (const law of laws) if (law.group === group) register(law, subject, reasons.get(law.name) ?? null);
      });
    }
  });
}

function register<Subject>(law: Law<Subject>, subject: Subject, skipped: string | null): void {
  const reason = skipped ?? law.exempt?.(subject) ?? null;
  if (reason !== null) it.skip(`${law.name} (skipped: ${reason})`, () => {});
  else it(law.name, async () => law.run(subject), law.timeoutMs ?? 60_000);
}

function checkedSkips<Subject>(
  title: string,
  laws: readonly Law<Subject>[],
  skips: readonly Skip[],
): ReadonlyMap<string, string> {
  const names = new Set(laws.map((law) => law.name));
  if (names.size !== laws.length) throw new Error(`${title}: two laws have the same name.`);
  for (const { law, reason } of skips) {
    if (!names.has(law))
      throw new Error(`${title}: there is no law ${JSON.stringify(law)} to skip; there are:\n${[...names].join('\n')}`);
    if (reason.trim() === '') throw new Error(`${title}: say why ${JSON.stringify(law)} is skipped.`);
  }
  return new Map(skips.map(({ law, reason }) => [law, reason]));
}
