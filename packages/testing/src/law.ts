import type { Awaitable } from '@asktell/core';
import { describe, it } from 'vitest';

/** One requirement of a contract, as a test for any implementation (the subject). */
export interface Law<Subject> {
  /** Laws with the same group share a `describe` block. */
  readonly group: string;
  /** Unique within its suite. Skips refer to it. */
  readonly name: string;
  /** Returns the reason why the law does not apply to the subject, or `null` when it applies. */
  readonly exempt?: (subject: Subject) => string | null;
  /** Throws when the subject violates the law. */
  readonly run: (subject: Subject) => Awaitable<void>;
  /** Timeout in milliseconds. Default 60,000. */
  readonly timeoutMs?: number;
}

/** A law that an implementation does not satisfy, and the reason. */
export interface Skip {
  /** The name of the law, as the test report shows it. */
  readonly law: string;
  readonly reason: string;
}

/**
 * Registers laws as Vitest tests. A skipped law is reported as skipped, with the reason in its title.
 * @throws Error when a skip names an unknown law or gives no reason, or when two laws have the same name
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
  if (names.size !== laws.length) throw new Error(`${title}: two laws have the same name. Give each law its own name.`);
  for (const { law, reason } of skips) {
    if (!names.has(law))
      throw new Error(
        `${title}: cannot skip the unknown law ${JSON.stringify(law)}. Use one of:\n${[...names].join('\n')}`,
      );
    if (reason.trim() === '')
      throw new Error(`${title}: the skip of ${JSON.stringify(law)} has an empty reason. Say why it is skipped.`);
  }
  return new Map(skips.map(({ law, reason }) => [law, reason]));
}
