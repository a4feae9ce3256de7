import { AsktellError, show } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Distribution, Scalar } from './distribution.ts';
import { lastGridPoint } from './validate.ts';

type Fields = { readonly [key: string]: Json };

function isObject(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const spellings: { readonly [name: string]: { kind: 'float' | 'int' | 'categorical'; log?: boolean; step?: string } } =
  {
    FloatDistribution: { kind: 'float' },
    IntDistribution: { kind: 'int' },
    CategoricalDistribution: { kind: 'categorical' },
    // Written before Optuna 3. Upgraded databases still contain them.
    UniformDistribution: { kind: 'float', log: false },
    LogUniformDistribution: { kind: 'float', log: true },
    DiscreteUniformDistribution: { kind: 'float', log: false, step: 'q' },
    IntUniformDistribution: { kind: 'int', log: false },
    IntLogUniformDistribution: { kind: 'int', log: true },
    // The abbreviated form: { "type": "float", "low": 0, ... }.
    float: { kind: 'float' },
    int: { kind: 'int' },
    categorical: { kind: 'categorical' },
  };

function isBeyondJson(value: Json): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value));
}

/**
 * Reads Optuna's JSON form: the current one, the ones before Optuna 3, and the abbreviated one. It is as lenient as Optuna
 * (infinite bounds, unusual choices), so that everything Optuna has stored can be read.
 * @throws AsktellError `invalid-distribution`
 */
export function distributionFromOptuna(value: Json): Distribution {
  const fail = (): AsktellError =>
    new AsktellError(
      'invalid-distribution',
      `A stored distribution must be in Optuna's JSON form, not ${show(value)}.`,
    );
  if (!isObject(value)) throw fail();
  const name = value['name'] ?? value['type'];
  const attributes = value['name'] === undefined ? value : value['attributes'];
  const spelling = typeof name === 'string' && Object.hasOwn(spellings, name) ? spellings[name] : undefined;
  if (spelling === undefined || !isObject(attributes)) throw fail();
  if (spelling.kind === 'categorical') {
    const choices = attributes['choices'];
    if (!Array.isArray(choices) || choices.length === 0) throw fail();
    // Optuna accepts nested choices with a warning. Here they become their JSON text, because choices are scalars. Numbers that
    // JSON does not have become strings.
    return {
      kind: 'categorical',
      choices: choices.map(
        (choice: Json) =>
          (typeof choice === 'object' && choice !== null
            ? JSON.stringify(choice, (_, item: Json) => (isBeyondJson(item) ? String(item) : item))
            : typeof choice === 'bigint'
              ? Number(choice)
              : choice) as Scalar,
      ),
    };
  }
  const number = (key: string): number | null => {
    const field = attributes[key];
    return typeof field === 'number' ? field + 0 : typeof field === 'bigint' ? Number(field) : null;
  };
  const low = number('low');
  const high = number('high');
  const step = number(spelling.step ?? 'step');
  const log = spelling.log ?? attributes['log'] === true;
  if (low === null || high === null || low > high || (step !== null && !(step > 0)) || (log && low <= 0)) throw fail();
  if (spelling.kind === 'int')
    return { kind: 'int', low, high: high - ((high - low) % (step ?? 1)), log, step: step ?? 1 };
  // Optuna also lowers `high` when it reads a distribution.
  const end = step === null || !Number.isFinite(high - low) ? high : lastGridPoint(low, high, step);
  return { kind: 'float', low, high: end, log, step };
}
