import { now } from '../platform.ts';
import type { Session } from '../session/session.ts';
import { flatEntries } from '../space/params-object.ts';
import type { Outcome } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';

/** What `optimize` prints: one line that moves, or one line per trial. */
export type ProgressMode = 'line' | 'trials';

/** Milliseconds between two states of the moving line, and between two plain lines where nothing can move. */
const redrawMs = 100;
const plainMs = 10_000;

/** Prints how far an optimization has come. */
export class ProgressPrinter {
  readonly #session: Session;
  readonly #mode: ProgressMode;
  readonly #goal: () => number | null;
  readonly #started = now();
  #printed = Number.NEGATIVE_INFINITY;
  #finished = 0;

  /** `goal`: how many trials this call is going to finish, as far as is known. */
  constructor(session: Session, mode: ProgressMode, goal: () => number | null) {
    this.#session = session;
    this.#mode = mode;
    this.#goal = goal;
  }

  /** Whether the next trial makes it print something; then the mirror should be up to date. */
  get isDue(): boolean {
    if (this.#mode !== 'line') return this.#mode === 'trials';
    const { interactive } = this.#session.output;
    return now() - this.#printed >= (interactive ? redrawMs : plainMs);
  }

  trial(trial: Trial, outcome: Outcome): void {
    this.#finished++;
    if (!this.isDue) return;
    if (this.#mode === 'trials') this.#session.output.info(this.#trialLine(trial, outcome));
    else this.#move();
  }

  #move(): void {
    const { output } = this.#session;
    this.#printed = now();
    if (output.interactive) output.status(this.line());
    else output.info(this.line());
  }

  /** Last words: the moving line stays as it is at the end. */
  async end(): Promise<void> {
    if (this.#mode !== 'line') return;
    try {
      await this.#session.refresh();
    } catch {
      // whatever is wrong with the storage ends the call anyway
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
