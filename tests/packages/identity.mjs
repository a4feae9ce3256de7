// The bundles of all entry points share their classes: an error or a trial of one package is an instance for another.
import assert from 'node:assert/strict';
import * as core from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';
import { SqliteStorage } from '@asktell/storage/sqlite';
import * as asktell from 'asktell';

assert.equal(asktell.AsktellError, core.AsktellError);
assert.equal(asktell.MemoryStorage, core.MemoryStorage);
assert.equal(asktell.FrozenTrial, core.FrozenTrial);
assert.equal(asktell.RandomSampler, RandomSampler);
assert.equal(asktell.SqliteStorage, SqliteStorage);
assert.throws(() => new SqliteStorage(''), core.AsktellError);
// The console shows the names of classes.
const { AsktellError, MemoryStorage, TpeSampler } = asktell;
assert.deepEqual(
  [AsktellError, MemoryStorage, TpeSampler, SqliteStorage].map(({ name }) => name),
  ['AsktellError', 'MemoryStorage', 'TpeSampler', 'SqliteStorage'],
);
console.log('the same classes');
