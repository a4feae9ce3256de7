import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { testPruner, testSampler, testStorage } from '@asktell/testing';
import { AnnealingSampler, JsonFileStorage, WorstPruner } from 'asktell-third-party';
import { afterAll } from 'vitest';

const folder = mkdtempSync(`${tmpdir()}/third-party-`);
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** @satisfies {import('@asktell/testing').StorageSubject} */
const file = {
  open: () => new JsonFileStorage(`${folder}/${files++}.json`),
  reopen: (/** @type {unknown} */ closed) => new JsonFileStorage(/** @type {JsonFileStorage} */ (closed).path),
};

testSampler('annealing', { make: () => new AnnealingSampler({ cooling: 0.9 }) });
testPruner('worst', { make: () => new WorstPruner() });
testStorage('json file', file);
