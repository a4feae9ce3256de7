import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peerScript } from './peer.ts';
import type { PrunerRun, PrunerTask } from './run.ts';
import { readTable } from './tables/curve-table.ts';

const folder = fileURLToPath(new URL('../../../.asktell/pruners', import.meta.url));
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Runs of the peer, found by script, versions, content of the table, pruner, seed and steps. Git-ignored. */
export class PeerRuns {
  readonly #path: string;
  readonly #runs = new Map<string, PrunerRun>();

  constructor(versions: { readonly [name: string]: string }) {
    const of = JSON.stringify([readFileSync(peerScript, 'utf8'), versions]);
    this.#path = join(folder, `${hash(of)}.ndjson`);
    if (!existsSync(this.#path)) return;
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      if (!line.endsWith('}')) continue; // the last line of a run that was killed
      const { key, run } = JSON.parse(line) as { readonly key: string; readonly run: PrunerRun };
      this.#runs.set(key, run);
    }
  }

  get(task: PrunerTask): PrunerRun | undefined {
    return this.#runs.get(keyOf(task));
  }

  set(task: PrunerTask, run: PrunerRun): void {
    this.#runs.set(keyOf(task), run);
    mkdirSync(folder, { recursive: true });
    appendFileSync(this.#path, `${JSON.stringify({ key: keyOf(task), run })}\n`);
  }
}

function keyOf({ spec, table, seed, steps }: PrunerTask): string {
  const { name, options, readsFolds } = spec;
  return JSON.stringify([hash(JSON.stringify(readTable(table).file)), table, name, options, readsFolds, seed, steps]);
}
