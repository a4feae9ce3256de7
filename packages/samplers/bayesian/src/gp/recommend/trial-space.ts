import {
  type CompiledSpace,
  type Distribution,
  type ParamSpec,
  sameDistribution,
  type TrialHistory,
} from '@asktell/core';

/** A space that contains a list of trials. */
export interface TrialSpace {
  readonly space: CompiledSpace;
  /** Internal value of a parameter of {@link space} in a trial, NaN if the trial does not have it. */
  value(row: number, name: string): number;
}

/** Whether a trial has a block of parameters: the choices are "no" and "yes". */
const presence: Distribution = { kind: 'categorical', choices: [false, true] };

/**
 * The space of all parameters of the given trials. It is built from the trials alone, so it does not matter whether the study
 * declares its space. Parameters that only some trials have form blocks that occur together. A categorical parameter per
 * block says whether a trial has it.
 */
export function spaceOfTrials(history: TrialHistory, rows: readonly number[]): TrialSpace {
  const params: ParamSpec[] = [];
  const blocks = new Map<string, number>();
  /** By name of a presence: a parameter of the block. */
  const memberOf = new Map<string, string>();
  for (const [name, { dist, owners }] of parametersOf(history, rows)) {
    if (dist === null) continue;
    if (owners.length === rows.length) {
      params.push({ name, dist, when: null });
      continue;
    }
    const key = owners.join();
    let block = blocks.get(key);
    if (block === undefined) {
      block = params.length;
      blocks.set(key, block);
      memberOf.set(`\u0000${name}`, name);
      params.push({ name: `\u0000${name}`, dist: presence, when: null });
    }
    params.push({ name, dist, when: { param: block, choice: 1 } });
  }
  const space: CompiledSpace = { id: 'trials', origin: 'observed', params, allows: null };
  return {
    space,
    value: (row, name) => {
      const member = memberOf.get(name);
      return member === undefined ? history.value(row, name) : Number(!Number.isNaN(history.value(row, member)));
    },
  };
}

interface Parameter {
  /** Contains the distributions of all trials. `null` if there is none. */
  dist: Distribution | null;
  /** Rows of the trials that have it. */
  readonly owners: number[];
}

function parametersOf(history: TrialHistory, rows: readonly number[]): ReadonlyMap<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  for (const row of rows) {
    const { names, dists } = history.params(row);
    names.forEach((name, i) => {
      const dist = dists[i] as Distribution;
      const known = parameters.get(name);
      if (known === undefined) {
        parameters.set(name, { dist, owners: [row] });
        return;
      }
      known.owners.push(row);
      if (known.dist !== null) known.dist = widest(known.dist, dist);
    });
  }
  return parameters;
}

/** The distribution that contains both. `null` if they differ in kind, choices or scale. */
function widest(a: Distribution, b: Distribution): Distribution | null {
  if (sameDistribution(a, b)) return a;
  if (a.kind === 'categorical' || b.kind === 'categorical' || a.kind !== b.kind || a.log !== b.log) return null;
  const bounds = { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
  return a.kind === 'int' ? { ...a, ...bounds, step: 1 } : { ...a, ...bounds, step: null };
}
