import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ChildOptions, runJson } from '../child.ts';

export type Library = 'optuna' | 'rustuna';

const script = fileURLToPath(new URL('../../src/peers/peer.py', import.meta.url));
const environment = fileURLToPath(new URL('../../../.peers', import.meta.url));
const packages = ['optuna==5.0.0', 'rustuna==0.2.0'];
const askVersions = `import json, platform, importlib.metadata as m
print(json.dumps({"python": platform.python_version(), "optuna": m.version("optuna"), "rustuna": m.version("rustuna")}))`;

/** What a peer is asked to measure: `kind` is a function of peer.py. */
export type PeerTask =
  | { readonly kind: 'memory_speed'; readonly trials: number; readonly dimensions: number; readonly runs: number }
  | { readonly kind: 'memory_size'; readonly trials: number; readonly dimensions: number }
  | { readonly kind: 'sqlite' | 'worker'; readonly path: string; readonly trials: number }
  | { readonly kind: 'load'; readonly path: string; readonly runs: number };

/** The peers, ready to be measured. */
export interface Peers {
  readonly versions: { readonly python: string; readonly optuna: string; readonly rustuna: string };
  measure<T>(library: Library, task: PeerTask, options?: ChildOptions): Promise<T>;
}

/**
 * Finds the peers in the environment that ASKTELL_PYTHON names, else in .peers, which is made when it is not there.
 * @returns a reason where that cannot be
 */
export function findPeers(): Peers | string {
  const given = process.env['ASKTELL_PYTHON'];
  const python = given ?? `${environment}/bin/python`;
  let versions = versionsOf(python);
  if (versions === null && given !== undefined)
    return `ASKTELL_PYTHON=${given} does not have ${packages.join(' and ')}`;
  if (versions === null) {
    const trouble = install(python);
    if (trouble !== null) return trouble;
    versions = versionsOf(python);
  }
  if (versions === null) return `${python} does not import the peers`;
  return {
    versions,
    measure: (library, task, options = {}) =>
      runJson([python, script, library, JSON.stringify(task)], { ...options, env: oneThread() }),
  };
}

function versionsOf(python: string): Peers['versions'] | null {
  const { status, stdout } = spawnSync(python, ['-c', askVersions], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as Peers['versions']) : null;
}

/** Makes the environment, or says what was in the way. */
function install(python: string): string | null {
  const stdio = ['ignore', 'inherit', 'inherit'] as const;
  if (!existsSync(python)) {
    console.error(`bench: making ${environment} …`);
    const made = spawnSync('python3', ['-m', 'venv', environment], { stdio: [...stdio] });
    if (made.error !== undefined) return `there is no python3 here (${made.error.message})`;
    if (made.status !== 0) return 'python3 -m venv failed; on Debian it is in the package python3-venv';
  }
  const pip = [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages] as const;
  const installed = spawnSync(pip[0], pip.slice(1), { stdio: [...stdio] });
  return installed.status === 0 ? null : `pip could not install ${packages.join(' and ')}`;
}

/** The peers' libraries start threads of their own otherwise. */
function oneThread(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, OMP_NUM_THREADS: '1' };
  for (const name of ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE']) delete env[name];
  return env;
}
