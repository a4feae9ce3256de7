import type { Scalar } from '../distribution/distribution.ts';
import type { RecordStore } from '../history/record-store.ts';
import { HistoryView } from '../history/view.ts';
import type { Json } from '../json.ts';
import { type Rng, rngFor } from '../rng/rng.ts';
import type { AskedTrial, SampleContext, SamplerHost } from '../sampler/sampler.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import { type FixedParams, noParams, type ProposalRequest } from './request.ts';

/** Parameters and note of a trial so far. They are read only when a sampler reads them. */
export interface TrialSoFar {
  readonly chosen: () => FixedParams;
  readonly note: () => Json | undefined;
}

const nothingYet: TrialSoFar = { chosen: () => noParams, note: () => undefined };

class Asked implements AskedTrial {
  readonly number: number;
  readonly enqueued: FixedParams;
  soFar: TrialSoFar;

  constructor(number: number, enqueued: FixedParams | null, soFar: TrialSoFar) {
    this.number = number;
    this.enqueued = enqueued ?? noParams;
    this.soFar = soFar;
  }

  get chosen(): ReadonlyMap<string, Scalar> {
    return this.soFar.chosen();
  }

  get note(): Json | undefined {
    return this.soFar.note();
  }
}

/** The context of one attempt. The view of the history is created when it is first read. */
export class AttemptContext implements SampleContext {
  readonly space: CompiledSpace;
  readonly fixed: Float64Array;
  readonly total: number | null;
  readonly attempt: number;
  readonly host: SamplerHost;
  readonly #asked: Asked;
  readonly #store: RecordStore;
  readonly #seed: number;
  readonly #startedAt: number;
  readonly #pending: Int32Array | null;
  #view: HistoryView | null = null;

  /**
   * @param pending rows whose points count as pending; `null`: all trials that were running when the trial was asked
   */
  constructor(
    store: RecordStore,
    seed: number,
    request: ProposalRequest,
    pending: Int32Array | null,
    attempt: number,
    host: SamplerHost,
    soFar: TrialSoFar = nothingYet,
  ) {
    this.space = request.space;
    this.fixed = request.settled;
    this.total = request.total;
    this.attempt = attempt;
    this.#asked = new Asked(request.number, request.enqueued, soFar);
    this.#store = store;
    this.#seed = seed;
    this.#startedAt = request.startedAt;
    this.#pending = pending;
    this.host = host;
  }

  get trial(): AskedTrial {
    return this.#asked;
  }

  /** Sets the source of `trial.chosen` and `trial.note` while a point is completed. */
  set soFar(soFar: TrialSoFar) {
    this.#asked.soFar = soFar;
  }

  get history(): HistoryView {
    this.#view ??= new HistoryView(this.#store, this.#asked.number, this.#startedAt, this.#pending);
    return this.#view;
  }

  /** A property, because samplers write `propose(state, { rng, space })`. */
  readonly rng = (purpose: string): Rng =>
    // A redraw uses another stream. The first draw uses the purpose alone.
    rngFor(this.#seed, this.#asked.number, this.attempt === 0 ? purpose : `${purpose}\u0000${this.attempt}`);
}
