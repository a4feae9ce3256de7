// Libraries that become part of a bundle, for those of which a small part is needed. A module called `bundled-*.ts`
// exports that part, and only such modules import development dependencies. Their licences are written next to the bundle.
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The file in `dist` with the licences. */
export const licencesFile = 'bundled-libraries.md';

/** @type {import('esbuild').Plugin} */
export const bundledLibraries = {
  name: 'bundled-libraries',
  setup({ initialOptions, onLoad, onEnd }) {
    /** @type {Set<string>} */
    const folders = new Set();
    onLoad({ filter: /\/bundled-[\w-]+\.ts$/ }, async ({ path }) => {
      const { text, inputs } = await withLibraries(path);
      for (const input of inputs) folders.add(packageFolder(input));
      folders.delete(''); // the module itself
      return { contents: text, loader: 'js' };
    });
    onEnd(({ outputFiles }) => {
      if (folders.size === 0) return;
      const path = resolve(initialOptions.absWorkingDir ?? '', initialOptions.outdir ?? '', licencesFile);
      const text = licences([...folders]);
      outputFiles?.push({ path, text, contents: new TextEncoder().encode(text), hash: '' });
    });
  },
};

/**
 * A module with everything that it imports.
 * @param {string} path
 */
async function withLibraries(path) {
  const { build } = await import('esbuild'); // installed by now
  const { outputFiles, metafile } = await build({
    entryPoints: [path],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
  const [file] = outputFiles;
  const [output] = Object.values(metafile.outputs);
  if (file === undefined || output === undefined) throw new Error(`${path} has no bundle`);
  return { text: file.text, inputs: Object.keys(output.inputs).map((input) => resolve(input)) };
}

/**
 * The folder of the installed package that contains a file; '' for a file of this repository.
 * @param {string} file
 */
function packageFolder(file) {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? '';
}

/**
 * Names, versions and licences of packages.
 * @param {readonly string[]} folders
 */
function licences(folders) {
  const parts = folders.map((folder) => {
    const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    return `## ${name} ${version}\n\n${licenceOf(folder, name)}\n`;
  });
  return `# Licences of bundled libraries\n\n${parts.sort().join('\n')}`;
}

/**
 * The text of the licence, and of the notice that comes with it.
 * @param {string} folder
 * @param {string} name
 */
function licenceOf(folder, name) {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)(\.(md|txt))?$/i.test(file));
  if (!files.some((file) => /^licen/i.test(file))) throw new Error(`${name} is bundled and has no file with a licence`);
  return files
    .sort()
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim())
    .join('\n\n');
}
