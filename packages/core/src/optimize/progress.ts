import { now } from '../platform.ts';
import type { Session } from '../session/session.ts';
import { flatEntries } from '../space/params-object.ts';
import type { Trial } from '../trial/trial.ts';
import type { Outcome } from '../workers/ending.ts';

/** What `optimize` prints: one line that is redrawn, or one line per trial. */
export type ProgressMode = 'line' | 'trials';

/** Minimum milliseconds between redraws of the line, and between lines on an output that cannot redraw. */
const redrawMs = 100;
const plainMs = 10_000;

/** Prints the progress of an `optimize` call. */
export class ProgressPrinter {
  readonly #session: Session;
  readonly #mode: ProgressMode;
  readonly #goal: () => number | null;
  readonly #started = now();
  #printed = Number.NEGATIVE_INFINITY;
  #finished = 0;

  /** @param goal expected number of trials of this call, `null` if unknown */
  constructor(session: Session, mode: ProgressMode, goal: () => number | null) {
    this.#session = session;
    this.#mode = mode;
    this.#goal = goal;
  }

  /** Whether the next trial prints a line. Then the history must be up to date. */
  get isDue(): boolean {
    if (this.#mode !== 'line') return this.#mode === 'trials';
    const { interactive } = this.#session.output;
    return now() - this.#printed >= (interactive ? redrawMs : plainMs);
  }

  trial(trial: Trial, outcome: Outcome): void {
    this.#finished++;
    if (!this.isDue) return;
    if (this.#mode === 'trials') this.#session.output.info(this.#trialLine(trial, outcome));
    else this.#printLine();
  }

  #printLine(): void {
    const { output } = this.#session;
    this.#printed = now();
    if (output.interactive) output.status(this.line());
    else output.info(this.line());
  }

  /** Prints the final line. */
  async end(): Promise<void> {
    if (this.#mode !== 'line') return;
    try {
      await this.#session.refresh();
    } catch {
      // The line then shows what was read last. The call itself reports storage errors.
    }
    const { output } = this.#session;
    if (output.interactive) output.status(null);
    output.info(this.line());
  }

  /** `37/100 trials | best 0.0234 (trial 12) | 12.3 trials/s` */
  line(): string {
    const goal = this.#goal();
    const seconds = (now() - this.#started) / 1000;
    const count = goal === null ? `${this.#finished} trials` : `${this.#finished}/${goal} trials`;
    const rate = seconds > 0 ? this.#finished / seconds : 0;
    return [count, ...this.#bestPart(), `${rate >= 100 ? Math.round(rate) : rate.toPrecision(3)} trials/s`].join(' | ');
  }

  #bestPart(): string[] {
    const { best } = this.#session;
    return best.value === undefined ? [] : [`best ${formatValue(best.value)} (trial ${best.row})`];
  }

  #trialLine(trial: Trial, outcome: Outcome): string {
    const params = flatEntries(this.#session.history.params(trial.number)).map(
      ([name, value]) => `${name}: ${String(value)}`,
    );
    const values = outcome.values === null ? '' : ` with value ${outcome.values.map(formatValue).join(', ')}`;
    const best = this.#bestPart();
    return `Trial ${trial.number} ${outcome.state}${values} and parameters { ${params.join(', ')} }.${best.length === 0 ? '' : ` ${best[0]?.replace('best', 'Best is')}.`}`;
  }
}

/** Six significant digits, no trailing zeros. */
export function formatValue(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);
}
