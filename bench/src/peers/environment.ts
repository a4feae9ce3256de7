import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const environment = fileURLToPath(new URL('../../../.peers', import.meta.url));

/** A Python with the requested packages. */
export interface PythonEnvironment {
  /** Path of the interpreter. */
  readonly python: string;
  /** Versions of the packages by name, and of Python under `python`. */
  readonly versions: { readonly [name: string]: string };
}

/**
 * Finds a Python with these packages: ASKTELL_PYTHON, or the environment .peers, which is created if necessary.
 * @param packages exact versions by name
 * @returns the environment, or the reason why there is none
 */
export function findPython(packages: { readonly [name: string]: string }): PythonEnvironment | string {
  const given = process.env['ASKTELL_PYTHON'];
  const python = given ?? `${environment}/bin/python`;
  const names = Object.keys(packages);
  const wanted = Object.entries(packages).map(([name, version]) => `${name}==${version}`);
  let versions = versionsOf(python, names);
  if (versions === null && given !== undefined) return `ASKTELL_PYTHON=${given} does not have ${wanted.join(' and ')}`;
  if (versions === null) {
    const failure = install(python, wanted);
    if (failure !== null) return failure;
    versions = versionsOf(python, names);
  }
  return versions === null ? `${python} does not have ${wanted.join(' and ')}` : { python, versions };
}

function versionsOf(python: string, packages: readonly string[]): PythonEnvironment['versions'] | null {
  const script = `import json, platform, importlib.metadata as m
print(json.dumps({"python": platform.python_version(), **{name: m.version(name) for name in ${JSON.stringify(packages)}}}))`;
  const { status, stdout } = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as PythonEnvironment['versions']) : null;
}

/** Creates the environment and installs the packages. Returns an error message, or `null` on success. */
function install(python: string, wanted: readonly string[]): string | null {
  const stdio = ['ignore', 'inherit', 'inherit'] as const;
  if (!existsSync(python)) {
    console.error(`bench: creating ${environment} …`);
    const made = spawnSync('python3', ['-m', 'venv', environment], { stdio: [...stdio] });
    if (made.error !== undefined) return `python3 cannot be started (${made.error.message})`;
    if (made.status !== 0) return 'python3 -m venv failed; on Debian, install the package python3-venv';
  }
  const pip = [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted] as const;
  const installed = spawnSync(pip[0], pip.slice(1), { stdio: [...stdio] });
  return installed.status === 0 ? null : `pip could not install ${wanted.join(' and ')}`;
}

/** An environment in which the numerical libraries of a peer use a single thread. */
export function singleThreaded(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, OMP_NUM_THREADS: '1' };
  for (const name of ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE']) delete env[name];
  return env;
}
