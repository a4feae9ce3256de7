import type { Json } from '../json.ts';

/** The worker that runs a trial: the stored value of `asktell:owner`. It is set to `null` when the trial ends. */
export interface Owner {
  /** Name of the worker. A worker that starts again under the same name takes over its trials. */
  readonly worker: string;
  /** Identifies one study handle of one process. */
  readonly session: string;
  /**
   * Host, boot of the host, pid namespace, process id and process start, as in `ProcessIdentity`; `null` if unknown.
   * Earlier releases stored no `boot` and no `pidNamespace`.
   */
  readonly host: string | null;
  readonly boot?: string | null;
  readonly pidNamespace?: string | null;
  readonly pid: number | null;
  readonly born: string | null;
  /**
   * End of the lease, microseconds since 1970. 0: the worker has released the trial. `null`: no lease, in a storage that
   * no other process can see, and for a plain ask.
   */
  readonly until: number | null;
  /** Whether the trial was asked for without a lease. It then belongs to its caller until it is told. */
  readonly plain?: true;
}

/** Who holds a running trial. */
export type Holding =
  | 'held' // a worker that is alive runs it
  | 'plain' // it was asked for without a lease
  | 'foreign' // another program's, such as Optuna's
  | 'released' // its worker has given it up: the next ask takes it
  | 'orphaned'; // its worker died

/** Reads a stored owner; `null` for anything else. */
export function readOwner(stored: Json): Owner | null {
  return typeof stored === 'object' && stored !== null && typeof (stored as { session?: unknown }).session === 'string'
    ? (stored as unknown as Owner)
    : null;
}
