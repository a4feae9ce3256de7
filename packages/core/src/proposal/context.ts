import type { Scalar } from '../distribution/distribution.ts';
import { AsktellError } from '../errors.ts';
import type { TrialHistory } from '../history/history.ts';
import type { Json } from '../json.ts';
import { type Rng, rngFor } from '../rng/rng.ts';
import type { SampleContext } from '../sampler/sampler.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import type { SampleTask } from './request.ts';

const nothing: ReadonlyMap<string, Scalar> = new Map();

/** What a blind sampler sees. Made for every proposal; everything that costs something is a getter. */
export class Context implements SampleContext {
  readonly number: number;
  readonly space: CompiledSpace;
  readonly fixed: Float64Array;
  readonly seed: number;
  readonly attempt: number;
  protected readonly task: SampleTask;
  /** Set while a declared space is completed: values and note of this very attempt. */
  chosenSoFar: (() => ReadonlyMap<string, Scalar>) | null = null;
  proposedNote: Json | undefined;

  constructor(seed: number, task: SampleTask, attempt: number) {
    this.number = task.number;
    this.space = task.space;
    this.fixed = task.fixed;
    this.seed = seed;
    this.task = task;
    this.attempt = attempt;
  }

  /** @throws AsktellError `unsupported` */
  get history(): TrialHistory {
    throw new AsktellError('unsupported', 'A blind sampler has looked at the history; leave out supports.blind.');
  }

  get enqueued(): ReadonlyMap<string, Scalar> {
    return this.task.enqueued ?? nothing;
  }

  get chosen(): ReadonlyMap<string, Scalar> {
    return this.chosenSoFar === null ? this.task.chosen() : this.chosenSoFar();
  }

  get note(): Json | undefined {
    return this.proposedNote ?? this.task.note();
  }

  get budget(): { readonly total: number | null } {
    return { total: this.task.total };
  }

  rng(purpose: string): Rng {
    // A redraw takes another stream; the first draw's purpose is the bare name.
    return rngFor(this.seed, this.number, this.attempt === 0 ? purpose : `${purpose}\u0000${this.attempt}`);
  }
}
