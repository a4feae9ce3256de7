import { nonDominatedRanks } from '@asktell/numerics';
import type { Observation, Outcome } from './observations.ts';
import { median } from './targets.ts';

const standing: { readonly [outcome in Outcome]: number } = {
  feasible: 0,
  prior: 1,
  infeasible: 2,
  pruned: 3,
  failed: 4,
};

/**
 * Orders observations, the best first: feasible ones, those of earlier studies, infeasible ones by their violation,
 * pruned ones, failed ones. Those of equal standing are ordered by their value of objective k.
 */
export function compareObservations(a: Observation, b: Observation, k = 0): number {
  if (a.outcome !== b.outcome) return standing[a.outcome] - standing[b.outcome];
  if (a.outcome === 'infeasible') return Math.sign(a.violation - b.violation);
  if (a.values === null || b.values === null) return 0;
  const [x, y] = [a.values[k] as number, b.values[k] as number];
  return x < y ? -1 : x > y ? 1 : 0;
}

/**
 * Values of an objective. A pruned trial counts as the median of the trials that were not pruned: what it reported is not
 * comparable with the values of whole trials.
 */
export function valuesOf(list: readonly Observation[], k = 0): Float64Array {
  const values = Float64Array.from(list, ({ values }) => (values as Float64Array)[k] as number);
  if (!list.some(({ outcome }) => outcome === 'pruned')) return values;
  const whole = values.filter((_, i) => (list[i] as Observation).outcome !== 'pruned');
  if (whole.length === 0) return values;
  const middle = median(whole);
  return values.map((value, i) => ((list[i] as Observation).outcome === 'pruned' ? middle : value));
}

/**
 * The worst finite value of objective k on the front, and as far again beyond it as it is from the best one; -∞ if there is
 * none. Where objectives conflict, half of the front may be close to the best value of an objective. A cap that depends on the
 * median would then cut off the other end of the front.
 */
export function beyondFront(list: readonly Observation[], k: number): number {
  const feasible = list.filter(({ outcome }) => outcome === 'feasible');
  const m = feasible[0]?.values?.length ?? 1;
  const points = new Float64Array(m * feasible.length);
  feasible.forEach(({ values }, i) => {
    points.set(values as Float64Array, m * i);
  });
  const ranks = nonDominatedRanks(points, feasible.length, m, 1);
  let best = Number.POSITIVE_INFINITY;
  let worst = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < feasible.length; i++) {
    const value = points[m * i + k] as number;
    if (ranks[i] !== 0 || !Number.isFinite(value)) continue;
    best = Math.min(best, value);
    worst = Math.max(worst, value);
  }
  return worst < best ? Number.NEGATIVE_INFINITY : worst + (worst - best);
}

/**
 * Indexes of at most `most` observations, ascending: the best quarter by each objective in turn, the newest quarter,
 * and of the others evenly spaced ones.
 */
export function subsetOf(list: readonly Observation[], most: number, objectives: number): Int32Array {
  const n = list.length;
  if (n <= most) return Int32Array.from(list.keys());
  const quarter = Math.floor(most / 4);
  const isChosen = new Uint8Array(n);
  let count = 0;
  const choose = (i: number): void => {
    if (isChosen[i] === 1) return;
    isChosen[i] = 1;
    count++;
  };
  for (let k = 0; k < objectives; k++) {
    const best = Array.from(list.keys()).sort(
      (a, b) => compareObservations(list[a] as Observation, list[b] as Observation, k) || a - b,
    );
    for (const i of best.slice(0, Math.ceil(quarter / objectives))) choose(i);
  }
  for (let i = n - quarter; i < n; i++) choose(i);
  const others = Array.from(list.keys()).filter((i) => isChosen[i] === 0);
  const left = most - count;
  for (let k = 0; k < left; k++) choose(others[Math.floor(((k + 0.5) * others.length) / left)] as number);
  return Int32Array.from(list.keys()).filter((i) => isChosen[i] === 1);
}
