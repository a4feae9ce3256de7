import { capture } from './check-packages-tools.mjs';

/** What only the repository needs. */
const unwanted = /\.(test|test-d|bench)\.|\.py$|(^|\/)fixtures\//;

/** What every tarball contains besides the code. */
const required = ['package.json', 'README.md', 'LICENSE'];

/**
 * Lists a tarball and tells what is wrong with it.
 * @param {string} name the package's
 * @param {string} tarball
 * @returns {Promise<number>} how many files there are
 * @throws Error if a file is missing, or if there is one that should not be published
 */
export async function checkContents(name, tarball) {
  // npm puts everything into the folder `package`.
  const listed = (await capture('tar', ['-tzf', tarball])).split('\n').filter((path) => path !== '');
  const files = listed.map((path) => path.replace(/^package\//, ''));
  const wrong = wrongContents(files);
  if (wrong.length > 0) throw new Error(`${name}: ${wrong.join('; ')}`);
  return files.length;
}

/**
 * @param {readonly string[]} files relative to the package
 * @returns {string[]} what is wrong with them
 */
export function wrongContents(files) {
  const missing = required.filter((file) => !files.includes(file));
  const surplus = files.filter((file) => unwanted.test(file));
  return [
    ...missing.map((file) => `the tarball does not contain ${file}`),
    ...surplus.map((file) => `the tarball contains ${file}; exclude it in "files" of package.json`),
  ];
}
