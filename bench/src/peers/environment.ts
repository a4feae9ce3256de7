import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const usualFolder = fileURLToPath(new URL('../../../.peers', import.meta.url));

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
  const python = given ?? pythonIn(usualFolder);
  const names = Object.keys(packages);
  const wanted = Object.entries(packages).map(([name, version]) => `${name}==${version}`);
  let versions = versionsOf(python, names);
  if (versions === null && given !== undefined) return `ASKTELL_PYTHON=${given} does not have ${wanted.join(' and ')}`;
  if (versions === null) {
    const trouble = install(usualFolder, wanted, ['python3']);
    if (trouble !== null) return trouble;
    versions = versionsOf(python, names);
  }
  return versions === null ? `${python} does not have the peers` : { python, versions };
}

/** An environment of its own below .peers, for packages that do not go together with others. */
export interface OwnEnvironment {
  readonly name: string;
  /** Exact version by name. */
  readonly packages: { readonly [name: string]: string };
  /** Commands that may make it, the first one that is there does. */
  readonly pythons: readonly string[];
}

/** An {@link OwnEnvironment} if it is there with exactly these versions, else `null`; nothing is installed. */
export function presentEnvironment({ name, packages }: OwnEnvironment): PythonEnvironment | null {
  const python = pythonIn(`${usualFolder}/${name}`);
  const versions = existsSync(python) ? versionsOf(python, Object.keys(packages)) : null;
  const isExact = versions !== null && Object.entries(packages).every(([key, version]) => versions[key] === version);
  return isExact ? { python, versions } : null;
}

/**
 * An {@link OwnEnvironment}, made or completed where it is not there.
 * @returns a reason where that cannot be
 */
export function ownEnvironment(own: OwnEnvironment): PythonEnvironment | string {
  const present = presentEnvironment(own);
  if (present !== null) return present;
  const wanted = Object.entries(own.packages).map(([name, version]) => `${name}==${version}`);
  const trouble = install(`${usualFolder}/${own.name}`, wanted, own.pythons);
  return (
    trouble ?? presentEnvironment(own) ?? `the environment .peers/${own.name} does not have ${wanted.join(' and ')}`
  );
}

function pythonIn(folder: string): string {
  return `${folder}/bin/python`;
}

function versionsOf(python: string, packages: readonly string[]): PythonEnvironment['versions'] | null {
  const ask = `import json, platform, importlib.metadata as m
print(json.dumps({"python": platform.python_version(), **{name: m.version(name) for name in ${JSON.stringify(packages)}}}))`;
  const { status, stdout } = spawnSync(python, ['-c', ask], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as PythonEnvironment['versions']) : null;
}

/** Makes the environment, or says what was in the way. */
function install(folder: string, wanted: readonly string[], pythons: readonly string[]): string | null {
  const stdio = ['ignore', 'inherit', 'inherit'] as const;
  const python = pythonIn(folder);
  if (!existsSync(python)) {
    console.error(`bench: making ${folder} …`);
    const maker = pythons.find((command) => spawnSync(command, ['--version']).status === 0);
    if (maker === undefined) return `there is no ${pythons.join(' or ')} here`;
    const made = spawnSync(maker, ['-m', 'venv', folder], { stdio: [...stdio] });
    if (made.status !== 0) return `${maker} -m venv failed; on Debian it is in the package python3-venv`;
  }
  const pip = [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted] as const;
  const installed = spawnSync(pip[0], pip.slice(1), { stdio: [...stdio] });
  return installed.status === 0 ? null : `pip could not install ${wanted.join(' and ')}`;
}

/** The surroundings of a peer's process: its libraries start threads of their own otherwise. */
export function singleThreaded(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, OMP_NUM_THREADS: '1' };
  for (const name of ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE']) delete env[name];
  return env;
}
