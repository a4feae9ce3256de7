import { fileURLToPath } from 'node:url';
import { runInChild, runJson } from '../child.ts';
import { findPython, singleThreaded } from '../peers/environment.ts';
import { median, type Row } from '../table.ts';

const script = fileURLToPath(new URL('../../src/optimizer/optimizer_peer.py', import.meta.url));

interface Peers {
  readonly cmaes: number;
  readonly separable: number;
  readonly pycma: number;
}

/** Compares CMA-ES without a study with CyberAgent's cmaes and pycma, if Python has them. */
export async function optimizer(scale: number): Promise<Row[]> {
  const found = findPython({ cmaes: '0.13.1', cma: '4.5.0' });
  const rows: Row[] = [];
  for (const dimensions of [20, 40]) {
    const candidates = 30_000 / scale;
    const peers =
      typeof found === 'string'
        ? null
        : await runJson<Peers>([found.python, script, JSON.stringify({ dimensions, candidates })], {
            pinned: true,
            env: singleThreaded(),
          });
    for (const separable of [false, true]) {
      const times = await runInChild<number[]>(
        { kind: 'optimizer', dimensions, separable, candidates, runs: 5 },
        { pinned: true },
      );
      const theirs =
        peers === null
          ? `peers not measured: ${found}`
          : separable
            ? `cmaes ${peers.separable.toFixed(1)} µs`
            : `cmaes ${peers.cmaes.toFixed(1)} µs, pycma ${peers.pycma.toFixed(1)} µs`;
      rows.push({
        work: `${separable ? 'separable ' : ''}CMA-ES in ${dimensions}-D, ask + tell per candidate`,
        result: `${median(times.slice(1)).toFixed(1)} µs`,
        detail: `first run, cold JIT: ${(times[0] as number).toFixed(1)}; ${theirs}`,
      });
    }
  }
  return rows;
}
