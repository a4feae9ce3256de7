import { licencesFile } from './bundled-libraries.mjs';
import { capture } from './check-packages-tools.mjs';

/** Files that must not be published. */
const unwanted = /\.(test|test-d|bench)\.|\.py$|(^|\/)fixtures\//;

/** Files that every package must contain. */
const required = ['package.json', 'README.md', 'LICENSE'];

/**
 * Checks the files of a tarball.
 * @param {string} name the name of the package
 * @param {string} tarball
 * @returns {Promise<number>} the number of files
 * @throws Error if a required file is missing, or if a file should not be published
 */
export async function checkContents(name, tarball) {
  // npm puts all files into the folder `package`.
  const listed = (await capture('tar', ['-tzf', tarball])).split('\n').filter((path) => path !== '');
  const files = listed.map((path) => path.replace(/^package\//, ''));
  const wrong = wrongContents(files);
  if (wrong.length > 0) throw new Error(`${name}: ${wrong.join('; ')}`);
  return files.length;
}

/**
 * @param {readonly string[]} files relative to the package
 * @returns {string[]} the problems
 */
export function wrongContents(files) {
  const licences = files.some((file) => /\/bundled-[^/]+\.ts$/.test(file)) ? [`dist/${licencesFile}`] : [];
  const missing = [...required, ...licences].filter((file) => !files.includes(file));
  const surplus = files.filter((file) => unwanted.test(file));
  return [
    ...missing.map((file) => `the tarball does not contain ${file}`),
    ...surplus.map((file) => `the tarball contains ${file}; exclude it in "files" of package.json`),
  ];
}
