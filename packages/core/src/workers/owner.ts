import type { Json } from '../json.ts';

/** The worker that runs a trial: the stored value of `asktell:owner`. */
export interface Owner {
  /** Name of the worker. A worker that starts again under the same name takes over its trials. */
  readonly worker: string;
  /** Identifies one study handle of one process. */
  readonly session: string;
  /** Host, process id and process start, as in `ProcessIdentity`; `null` if unknown. */
  readonly host: string | null;
  readonly pid: number | null;
  readonly born: string | null;
  /** End of the lease, microseconds since 1970; `null` in a storage that no other process can see. */
  readonly until: number | null;
}

/** What happens to trials whose worker died. */
export type OrphanPolicy =
  | 'reclaim' // the next ask resumes them: same number, same parameters
  | 'fail' // they end as `fail` with reason `lost`
  | 'leave'; // they stay running

/** Reads a stored owner; `null` for anything else. */
export function readOwner(stored: Json): Owner | null {
  return typeof stored === 'object' && stored !== null && typeof (stored as { session?: unknown }).session === 'string'
    ? (stored as unknown as Owner)
    : null;
}
