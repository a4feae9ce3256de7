import { cpSync } from 'node:fs';
import { capture } from './check-packages-tools.mjs';
import { root } from './workspace.mjs';

/**
 * Builds a package of somebody else against the installed tarballs, runs the suites of `@asktell/testing` on its sampler,
 * pruner and storage, kills a study that uses them, and restores it by their names.
 * @param {string} where the folder in which the tarballs are installed
 */
export async function checkThirdParty(where) {
  const folder = `${where}/third-party`;
  cpSync(`${root}/tests/packages/third-party`, folder, { recursive: true });
  const { execPath } = process;
  const compiler = `${root}/node_modules/typescript/bin/tsc`;
  await capture(execPath, [compiler, '-p', folder, '--typeRoots', `${root}/node_modules/@types`], { cwd: folder });
  const suites = await capture(execPath, [`${where}/node_modules/vitest/vitest.mjs`, 'run', '--root', folder], {
    cwd: folder,
  });
  const whole = await resume('whole', `${folder}/whole.json`);
  const killed = await resume('first', `${folder}/killed.json`).then(
    () => false,
    (/** @type {Error} */ error) => error.message.includes('SIGKILL'),
  );
  if (!killed) throw new Error('the first run must be killed in trial 11');
  const rest = await resume('rest', `${folder}/killed.json`);
  if (rest !== whole) throw new Error(`killed and restored:\n${rest}\nwithout interruption:\n${whole}`);
  return `${/Tests +(.* passed)/.exec(suites.replaceAll(escapes, ''))?.[1]}, restored after a kill`;

  /** @param {string} part @param {string} file */
  function resume(part, file) {
    return capture(execPath, ['resume.mjs', part, file], { cwd: folder });
  }
}

/** Colours. */
const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
