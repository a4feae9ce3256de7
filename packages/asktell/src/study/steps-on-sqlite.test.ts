import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, it } from 'vitest';
import {
  RandomSampler,
  type SqliteDriver,
  type SqliteStatement,
  SqliteStorage,
  SuccessiveHalvingPruner,
} from '../index.ts';
import { createStudy } from './studies.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-steps-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A connection that lists the transactions that may write, and the statements that change the file. */
class WatchedDriver implements SqliteDriver {
  readonly #database: Database.Database;
  readonly changes: string[] = [];

  constructor(path: string) {
    this.#database = new Database(path);
  }

  #note(sql: string): void {
    const [word] = /^(BEGIN EXCLUSIVE|INSERT|UPDATE|DELETE|REPLACE)/i.exec(sql.trim()) ?? [];
    if (word !== undefined) this.changes.push(word.toUpperCase());
  }

  prepare(sql: string): SqliteStatement {
    const statement = this.#database.prepare(sql);
    if (statement.reader) {
      for (const method of ['get', 'all'] as const) {
        const call = statement[method].bind(statement);
        statement[method] = (...params: unknown[]) => {
          this.#note(sql);
          return call(...params) as never;
        };
      }
      return statement as unknown as SqliteStatement;
    }
    const run = statement.run.bind(statement);
    statement.run = (...params: unknown[]) => {
      this.#note(sql);
      return run(...params);
    };
    return statement as unknown as SqliteStatement;
  }

  exec(sql: string): void {
    this.#note(sql);
    this.#database.exec(sql);
  }

  close(): void {
    this.#database.close();
  }
}

it('a report with two metrics and the decision of the pruner are one write transaction', async () => {
  const driver = new WatchedDriver(join(folder, 'steps.db'));
  const storage = new SqliteStorage(driver);
  const study = await createStudy({
    storage,
    sampler: new RandomSampler(),
    pruner: new SuccessiveHalvingPruner({ minResource: 1, reductionFactor: 2 }),
    metrics: ['loss', 'latency'],
  });
  const trial = await study.ask();
  const changes: string[] = [];
  for await (const step of trial.steps({ to: 8 })) {
    driver.changes.length = 0;
    await step.report({ loss: 1 / step.number, latency: 3 });
    changes.push(driver.changes.join(' '));
  }
  const [write, value] = ['BEGIN EXCLUSIVE', 'INSERT'];
  expect(changes).toEqual([
    `${write} ${value} ${value} ${value} ${value}`, // the loss and its name, the latency, the value at a rung
    `${write} ${value} ${value} ${value}`, // rung
    `${write} ${value} ${value}`,
    `${write} ${value} ${value} ${value}`, // rung
    `${write} ${value} ${value}`,
    `${write} ${value} ${value}`,
    `${write} ${value} ${value}`,
    `${write} ${value} ${value} ${value}`, // rung
  ]);
  const { systemAttrs } = await study.tell(trial, 1 / 8);
  expect(Object.keys(systemAttrs).filter((key) => key.startsWith('completed_rung_'))).toHaveLength(4);
  await study.close();
  await storage.close();
});
