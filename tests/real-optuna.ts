import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const environment = fileURLToPath(new URL('../.peers', import.meta.url));
const given = process.env['ASKTELL_PYTHON'];
const wanted = 'optuna==5.0.0';

/** The Python that should have Optuna: `ASKTELL_PYTHON` if it is set, otherwise that of the environment `.peers`. */
export const python: string = given ?? `${environment}/bin/python`;

/**
 * A `describe` for tests that need Python's Optuna. Without it the tests are skipped and the reason is printed. With
 * `ASKTELL_REQUIRE_PEERS=1`, which `.ci/run` sets, a missing Optuna is an error.
 * @param name the title of the tests
 * @param tests as for `describe`
 * @param timeout milliseconds for each test
 * @throws Error when Optuna is required and missing
 */
export function describeWithOptuna(name: string, tests: () => void, timeout?: number): void {
  const missing = reasonWithoutOptuna();
  if (missing !== null && process.env['ASKTELL_REQUIRE_PEERS'] === '1')
    throw new Error(`ASKTELL_REQUIRE_PEERS=1 requires Optuna, but ${missing}`);
  // Vitest's default reporter does not print the titles of skipped tests.
  if (missing !== null) console.warn(`Skipped: ${name}: ${missing}`);
  describe.skipIf(missing !== null)(missing === null ? name : `${name} (skipped: ${missing})`, tests, timeout);
}

/** Why Optuna is missing and the command that installs it, `null` when it can be imported. */
function reasonWithoutOptuna(): string | null {
  if (spawnSync(python, ['-c', 'import optuna'], { stdio: 'ignore' }).status === 0) return null;
  const command =
    given === undefined
      ? `python3 -m venv .peers && .peers/bin/pip install ${wanted}`
      : `${python} -m pip install ${wanted}`;
  return `${python} cannot import optuna. To install it, run: ${command}`;
}
