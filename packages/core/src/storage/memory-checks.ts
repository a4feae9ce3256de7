import { describe, isCompatible } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import type { MemoryStudy } from './memory.ts';
import type { NewTrial, TrialOp } from './storage.ts';

/** The error of a name that the study knows as something else. Shared by all storages, so that it reads the same. */
export function spaceConflict(name: string, known: Distribution, given: Distribution): AsktellError {
  return new AsktellError(
    'space-conflict',
    `Parameter ${show(name)} is ${describe(known)} in this study and cannot become ${describe(given)}; kind, log and choices are fixed, use another name.`,
  );
}

/** Checks a whole batch before any of it is applied. */
export function checkOps(study: MemoryStudy, ops: readonly TrialOp[]): void {
  const { table } = study;
  for (let i = 0; i < ops.length; i++) {
    const op = ops[i] as TrialOp;
    if (op.kind === 'create') {
      for (let k = 0; k < op.trial.names.length; k++)
        checkName(study, op.trial.names[k] as string, op.trial.dists[k] as Distribution);
      continue;
    }
    if (!(op.number >= 0 && op.number < table.size)) {
      throw new AsktellError(
        'trial-not-found',
        `Study ${show(study.ref.name)} has no trial ${show(op.number)}; it has ${table.size}.`,
      );
    }
    const state = table.state(op.number);
    if (state !== 'running' && (state !== 'waiting' || op.kind !== 'attr')) {
      throw state === 'waiting'
        ? new AsktellError(
            'trial-waiting',
            `Trial ${op.number} is waiting in the queue; ask for it before it is told anything.`,
          )
        : new AsktellError('trial-finished', `Trial ${op.number} is finished (${state}) and does not change any more.`);
    }
    if (op.kind === 'param') checkName(study, op.name, op.dist);
    if (op.kind !== 'finish') continue;
    if (op.state === 'complete' && op.values?.length !== study.directions.length) {
      throw new AsktellError(
        'invalid-value',
        `Trial ${op.number}: ${show(op.values)} are not the ${study.directions.length} value(s) of this study.`,
      );
    }
    // Nothing follows a finish in the same batch for the same trial.
    for (let j = i + 1; j < ops.length; j++) {
      const later = ops[j] as TrialOp;
      if (later.kind !== 'create' && later.number === op.number) {
        throw new AsktellError(
          'trial-finished',
          `Trial ${op.number} is finished by the same batch and does not change any more.`,
        );
      }
    }
  }
}

function checkName(study: MemoryStudy, name: string, dist: Distribution): void {
  const known = study.dists.get(name);
  if (known !== undefined && !isCompatible(known, dist)) throw spaceConflict(name, known, dist);
}

/** Normal form of an added trial: no minus zero, reports ascending. */
export function checkedTrial(trial: NewTrial): NewTrial {
  const { reports } = trial;
  if (reports === null) return trial;
  const order = reports.steps
    .map((_, i) => i)
    .sort((a, b) => (reports.steps[a] as number) - (reports.steps[b] as number));
  return {
    ...trial,
    reports: {
      steps: order.map((i) => reports.steps[i] as number),
      values: order.map((i) => (reports.values[i] as number) + 0),
    },
  };
}
