import type { Output } from '../environment.ts';

/** How much a notice matters. */
export type Severity = 'error' | 'warn';

interface Kind {
  readonly severity: Severity;
  /** Notices of the kind that were not printed since the last summary. */
  hidden: number;
  last: string;
}

/** Prints notices: the first one of each kind, and later how many more there were. */
export class Notices {
  readonly #output: Output;
  readonly #kinds = new Map<string, Kind>();

  constructor(output: Output) {
    this.#output = output;
  }

  /** @param kind notices of one kind say the same about different trials */
  print(severity: Severity, kind: string, line: string): void {
    const known = this.#kinds.get(kind);
    if (known === undefined) {
      this.#kinds.set(kind, { severity, hidden: 0, last: line });
      this.#write(severity, line);
    } else {
      known.hidden++;
      known.last = line;
    }
  }

  /** Prints how many notices of each kind were hidden, with the last one. Called when a loop ends and at the end. */
  summarize(): void {
    for (const kind of this.#kinds.values()) {
      if (kind.hidden === 0) continue;
      this.#write(
        kind.severity,
        kind.hidden === 1 ? kind.last : `${kind.hidden} more like that. The last one: ${kind.last}`,
      );
      kind.hidden = 0;
    }
  }

  #write(severity: Severity, line: string): void {
    const { error } = this.#output;
    if (severity === 'error' && error !== undefined) error(line);
    else this.#output.warn(line);
  }
}
