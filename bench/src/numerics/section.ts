import { runInChild } from '../child.ts';
import type { Row } from '../table.ts';
import { candidates, type NumericsResult, type NumericsTask } from './measure.ts';

type Work = Pick<NumericsTask, 'work' | 'n' | 'columns'>;

/** Compares the numerics of a Gaussian-process sampler with an implementation in ml-matrix. */
export async function numerics(scale: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const each of works().filter(({ n }) => n * Math.sqrt(scale) <= 1_000)) {
    const ours = await measure('asktell', each);
    const theirs = await measure('ml-matrix', each);
    if (Math.abs(ours.check - theirs.check) > 1e-6 * Math.max(1, Math.abs(theirs.check)))
      throw new Error(`${describe(each)}: the results differ: ours ${ours.check}, ml-matrix ${theirs.check}`);
    rows.push({
      work: describe(each),
      result: `${digits(ours.ms)} ms`,
      detail: `ml-matrix ${digits(theirs.ms)} ms, ${(theirs.ms / ours.ms).toFixed(1)} ×; processor time, best of 6 rounds`,
    });
  }
  return rows;
}

function works(): Work[] {
  const of = (work: Work['work'], sizes: readonly number[], columns: number): Work[] =>
    sizes.map((n) => ({ work, n, columns }));
  return [
    ...of('cholesky', [100, 300, 1_000], 5),
    ...of('likelihood', [100, 200, 300], 5),
    ...of('likelihood', [100, 200, 300], 20),
    ...of('posterior', [100, 300], 5),
  ];
}

function measure(library: NumericsTask['library'], work: Work): Promise<NumericsResult> {
  return runInChild<NumericsResult>({ kind: 'numerics', library, ...work }, { pinned: true });
}

function describe({ work, n, columns }: Work): string {
  if (work === 'cholesky') return `Cholesky decomposition, ${n} rows`;
  if (work === 'likelihood') return `GP: likelihood with gradient, ${n} points × ${columns}`;
  return `GP: mean and variance of ${candidates} candidates, ${n} points × ${columns}`;
}

const digits = (ms: number): string => ms.toPrecision(3);
