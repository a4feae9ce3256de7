import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';

// Inside the package, so that the bundle finds better-sqlite3, which is external.
const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
mkdirSync(modules, { recursive: true });
const folder = mkdtempSync(join(modules, '.asktell-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = `
import { SqliteStorage } from './index.ts';
const storage = new SqliteStorage(process.argv[2]);
const study = { name: 'a', directions: ['minimize'], systemAttrs: new Map() };
Promise.resolve(storage.createStudy(study)).then(async ({ ref }) => {
  await storage.close();
  console.log(ref.name);
});`;

test.each([
  ['cjs', 'bundle.cjs'],
  ['esm', 'bundle.mjs'],
] as const)('works in a bundle (%s)', async (format, name) => {
  const outfile = join(folder, name);
  await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    platform: 'node',
    format,
    conditions: ['@asktell/source'],
    external: ['better-sqlite3'],
    logLevel: 'error',
    outfile,
  });
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [outfile, join(folder, `${format}.db`)]);
  expect([stdout, stderr]).toEqual(['a\n', '']);
});
