// Writes the public types of every entry point to api/, so that their changes show in a diff. With `--check`, fails if
// api/ is out of date.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { apiReports } from './api-report.mjs';
import { packageFolders, root } from './workspace.mjs';

const folder = `${root}/api`;
const wanted = reports();
const present = existsSync(folder) ? readdirSync(folder) : [];

if (process.argv[2] === '--check') {
  const names = [...new Set([...present, ...wanted.keys()])].sort();
  const changed = names.filter(
    (name) => !present.includes(name) || readFileSync(`${folder}/${name}`, 'utf8') !== wanted.get(name),
  );
  for (const name of changed) console.error(difference(name));
  if (changed.length > 0) {
    console.error(`\nThe public types differ from api/. If that is intended, run 'npm run api' and commit the result.`);
    process.exit(1);
  }
  console.log(`api/: ${wanted.size} reports agree with the public types`);
} else {
  mkdirSync(folder, { recursive: true });
  for (const name of present.filter((name) => !wanted.has(name))) rmSync(`${folder}/${name}`);
  for (const [name, text] of wanted) writeFileSync(`${folder}/${name}`, text);
  console.log(`api/: ${wanted.size} reports written`);
}

/** The contents of the files in api/, by file name. */
function reports() {
  const entries = packageFolders().flatMap((path) => {
    const { name, private: isPrivate, exports = {} } = JSON.parse(readFileSync(`${root}/${path}/package.json`, 'utf8'));
    if (isPrivate) return [];
    return Object.entries(/** @type {Record<string, { types: string }>} */ (exports)).map(([subpath, { types }]) => ({
      specifier: `${name}${subpath.slice(1)}`,
      folder: `${root}/${path}`,
      file: `${root}/${path}${types.slice(1)}`,
    }));
  });
  const texts = apiReports(entries);
  return new Map(
    entries.map(({ specifier }, i) => [
      `${specifier.replace('@asktell/', '').replaceAll('/', '-')}.api.md`,
      `# ${specifier}\n\nThe public types. Written by \`npm run api\`.\n\n\`\`\`ts\n${formatted(texts[i] ?? '')}\`\`\`\n`,
    ]),
  );
}

/** Formats TypeScript with one member per line. @param {string} code */
function formatted(code) {
  const biome = [`${root}/node_modules/@biomejs/biome/bin/biome`, 'format', '--stdin-file-path=api.ts'];
  const { status, stdout, stderr } = spawnSync(process.execPath, biome, { input: code, encoding: 'utf8', cwd: root });
  if (status !== 0) throw new Error(`Biome cannot format the declarations:\n${stderr}`);
  return stdout;
}

/**
 * The git diff from the committed report to the current one.
 * @param {string} name
 */
function difference(name) {
  if (!wanted.has(name)) return `api/${name} does not belong to an entry point`;
  const temp = mkdtempSync(`${tmpdir()}/asktell-api-`);
  try {
    for (const side of ['committed', 'current']) mkdirSync(`${temp}/${side}`);
    writeFileSync(`${temp}/committed/${name}`, present.includes(name) ? readFileSync(`${folder}/${name}`) : '');
    writeFileSync(`${temp}/current/${name}`, wanted.get(name) ?? '');
    const args = ['diff', '--no-index', '--no-color', '--no-prefix', `committed/${name}`, `current/${name}`];
    const { stdout } = spawnSync('git', args, { cwd: temp, encoding: 'utf8' });
    return stdout || `api/${name} differs`;
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}
