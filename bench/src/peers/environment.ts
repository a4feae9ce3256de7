import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const environment = fileURLToPath(new URL('../../../.peers', import.meta.url));

/** A Python that has what was asked for. */
export interface PythonEnvironment {
  readonly python: string;
  /** Of Python itself under `python`, and of each package. */
  readonly versions: { readonly [name: string]: string };
}

/**
 * Finds a Python with these packages: the one that ASKTELL_PYTHON names, else the environment .peers, which is made and
 * completed when it is not there.
 * @param packages exact version by name
 * @returns a reason where that cannot be
 */
export function findPython(packages: { readonly [name: string]: string }): PythonEnvironment | string {
  const given = process.env['ASKTELL_PYTHON'];
  const python = given ?? `${environment}/bin/python`;
  const names = Object.keys(packages);
  const wanted = Object.entries(packages).map(([name, version]) => `${name}==${version}`);
  let versions = versionsOf(python, names);
  if (versions === null && given !== undefined) return `ASKTELL_PYTHON=${given} does not have ${wanted.join(' and ')}`;
  if (versions === null) {
    const trouble = install(python, wanted);
    if (trouble !== null) return trouble;
    versions = versionsOf(python, names);
  }
  return versions === null ? `${python} does not have the peers` : { python, versions };
}

function versionsOf(python: string, packages: readonly string[]): PythonEnvironment['versions'] | null {
  const ask = `import json, platform, importlib.metadata as m
print(json.dumps({"python": platform.python_version(), **{name: m.version(name) for name in ${JSON.stringify(packages)}}}))`;
  const { status, stdout } = spawnSync(python, ['-c', ask], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as PythonEnvironment['versions']) : null;
}

/** Makes the environment, or says what was in the way. */
function install(python: string, wanted: readonly string[]): string | null {
  const stdio = ['ignore', 'inherit', 'inherit'] as const;
  if (!existsSync(python)) {
    console.error(`bench: making ${environment} …`);
    const made = spawnSync('python3', ['-m', 'venv', environment], { stdio: [...stdio] });
    if (made.error !== undefined) return `there is no python3 here (${made.error.message})`;
    if (made.status !== 0) return 'python3 -m venv failed; on Debian it is in the package python3-venv';
  }
  const pip = [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted] as const;
  const installed = spawnSync(pip[0], pip.slice(1), { stdio: [...stdio] });
  return installed.status === 0 ? null : `pip could not install ${wanted.join(' and ')}`;
}

/** The surroundings of a peer's process: its libraries start threads of their own otherwise. */
export function oneThread(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, OMP_NUM_THREADS: '1' };
  for (const name of ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE']) delete env[name];
  return env;
}
