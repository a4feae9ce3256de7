import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { loadStudy, RandomSampler } from '../index.ts';

/** The contents of a file as Optuna reports them, with `$error` where Optuna fails. */
interface Expected {
  readonly studies: readonly {
    readonly study_name: string;
    readonly directions: readonly string[];
    readonly metric_names: readonly string[] | null;
    readonly best_trial_number: number | { readonly $error: string } | null;
    readonly pareto_trial_numbers: readonly number[] | { readonly $error: string };
    readonly n_trials: number;
    readonly trials: readonly {
      readonly state: string;
      readonly constraints?: { readonly [name: string]: unknown };
      readonly system_attrs: { readonly [key: string]: unknown };
    }[];
  }[];
}

const fixtures = fileURLToPath(new URL('../../../storage/fixtures/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'asktell-fixtures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function rows(path: string, table: string): readonly unknown[] {
  const db = new Database(path, { readonly: true });
  const found = db.prepare(`SELECT * FROM ${table} ORDER BY 1`).raw().all();
  db.close();
  return found;
}

describe.each(['optuna-mixed.db', 'optuna-4.9.0-local.db', 'rustuna-0.2.0.db'])('studies of %s', (file) => {
  const path = join(folder, file);
  copyFileSync(join(fixtures, file), path);
  const { studies } = JSON.parse(readFileSync(join(fixtures, `${file}.expected.json`), 'utf8')) as Expected;
  const legacy = file.includes('4.9');

  test.each(studies.map((study) => [study.study_name, study] as const))(
    '%s: has the best trials of Optuna, can be continued, and keeps foreign rows',
    async (name, expected) => {
      const tables = ['trial_system_attributes', 'study_system_attributes', 'trials'];
      const before = tables.map((table) => rows(path, table));
      const study = await loadStudy({ name, storage: path, sampler: new RandomSampler({ seed: 1 }) });
      expect(study.metricNames ?? null).toEqual(expected.metric_names);
      const trials = await study.trials();
      expect(trials.map(({ state }) => state.toUpperCase())).toEqual(expected.trials.map(({ state }) => state));
      for (const [i, { constraints }] of expected.trials.entries()) {
        if (constraints === undefined || legacy) continue;
        const numbers = Object.entries(constraints).map(([key, value]) => [key, Number(value)]);
        expect(trials[i]?.constraints).toEqual(Object.fromEntries(numbers));
      }
      const best = expected.best_trial_number;
      const text = Object.keys(expected.trials[0]?.system_attrs ?? {}).some((key) => key.startsWith('constraints:'));
      // Optuna cannot read Rustuna's constraints, which are texts.
      if (typeof best === 'number' && !(text && file.startsWith('rustuna')))
        expect((await study.bestTrial())?.number).toBe(best);
      const front = expected.pareto_trial_numbers;
      if (Array.isArray(front)) expect((await study.bestTrials()).map(({ number }) => number)).toEqual(front);

      const waiting = trials.filter(({ state }) => state === 'waiting').map(({ number }) => number);
      const asked = await study.ask();
      expect(asked.number, 'the first enqueued trial, or a new one').toBe(waiting[0] ?? expected.n_trials);
      await study.tell(
        asked,
        expected.directions.map((_, i) => i),
      );
      await study.close();
      for (const [i, table] of tables.entries()) {
        const after = rows(path, table);
        for (const row of before[i] ?? [])
          if (!/"(RUNNING|WAITING)"/.test(JSON.stringify(row))) expect(after).toContainEqual(row);
      }
    },
  );
});
