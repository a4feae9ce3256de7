import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ackley } from './functions/ackley.ts';
import { branin } from './functions/branin.ts';
import { ellipsoid } from './functions/ellipsoid.ts';
import { griewank } from './functions/griewank.ts';
import { hartmann3, hartmann6 } from './functions/hartmann.ts';
import { levy } from './functions/levy.ts';
import { michalewicz } from './functions/michalewicz.ts';
import { rastrigin } from './functions/rastrigin.ts';
import { rosenbrock } from './functions/rosenbrock.ts';
import { sphere } from './functions/sphere.ts';
import { styblinskiTang } from './functions/styblinski-tang.ts';
import { toFunction, toParams } from './placement.ts';
import type { Problem } from './problem.ts';
import { problems } from './problems.ts';

interface Fixture {
  readonly functions: readonly { readonly name: string; readonly z: readonly number[]; readonly value: number }[];
  readonly placements: readonly {
    readonly name: string;
    readonly rotation: readonly (readonly number[])[];
    readonly optimum: readonly number[];
    readonly minimizer: readonly number[];
    readonly x: readonly number[];
    readonly value: number;
  }[];
  readonly fronts: readonly {
    readonly name: string;
    readonly x: readonly number[];
    readonly values: readonly number[];
  }[];
  readonly tables: readonly {
    readonly name: string;
    readonly params: Record<string, unknown>;
    readonly score: number;
  }[];
  readonly constrained: readonly {
    readonly name: string;
    readonly params: Record<string, unknown>;
    readonly value: number;
    readonly constraints: Record<string, number>;
  }[];
  readonly zdt3: readonly { readonly reference: number; readonly hypervolume: number }[];
}

const fixture = JSON.parse(readFileSync(new URL('./fixtures/problem-values.json', import.meta.url), 'utf8')) as Fixture;

const functions = [
  sphere,
  ellipsoid,
  rosenbrock,
  rastrigin,
  ackley,
  griewank,
  levy,
  styblinskiTang,
  branin,
  hartmann3,
  hartmann6,
  michalewicz,
];

function functionNamed(name: string) {
  return functions.find((f) => f.name === name) ?? expect.unreachable(`unknown function ${name}`);
}

function problemNamed(name: string): Problem {
  return problems.find((problem) => problem.name === name) ?? expect.unreachable(`unknown problem ${name}`);
}

function close(actual: number | undefined, expected: number, what: string): void {
  expect(Math.abs((actual ?? Number.NaN) - expected), what).toBeLessThanOrEqual(
    1e-11 * Math.max(1, Math.abs(expected)),
  );
}

describe('values match an independent implementation', () => {
  test('functions, by NumPy', () => {
    expect(new Set(fixture.functions.map(({ name }) => name))).toEqual(new Set(functions.map(({ name }) => name)));
    for (const { name, z, value } of fixture.functions) close(functionNamed(name).evaluate(z), value, name);
  });

  test('shifted and rotated functions, by NumPy', () => {
    for (const { name, rotation, optimum, minimizer, x, value } of fixture.placements) {
      const rows = rotation.map((row) => Float64Array.from(row));
      close(functionNamed(name).evaluate(toFunction(x, optimum, minimizer, rows)), value, name);
    }
  });

  test('ZDT and DTLZ2, by pymoo', () => {
    for (const { name, x, values } of fixture.fronts) {
      const ours = problemNamed(name).objective(toParams(x)).values;
      expect(ours).toHaveLength(values.length);
      values.forEach((value, k) => {
        close(ours[k], value, name);
      });
    }
  });

  test('interpolated tables, by SciPy', () => {
    for (const { name, params, score } of fixture.tables) {
      close(problemNamed(name).objective(params).values[0], score, `${name} at ${JSON.stringify(params)}`);
    }
  });

  test('constrained functions, by NumPy', () => {
    for (const { name, params, value, constraints } of fixture.constrained) {
      const ours = problemNamed(name).objective(params);
      close(ours.values[0], value, name);
      for (const [key, violation] of Object.entries(constraints)) close(ours.constraints?.[key], violation, key);
    }
  });

  test('hypervolumes of the fronts match their closed forms, and NumPy for ZDT3', () => {
    for (const { name, optimum } of problems) {
      if (optimum.kind !== 'front') continue;
      for (const { reference, value } of optimum.hypervolumes) {
        const r = reference[0] as number;
        const expected = name.startsWith('zdt3')
          ? (fixture.zdt3.find((row) => row.reference === r)?.hypervolume as number)
          : r ** reference.length - (name.startsWith('zdt1') ? 1 / 3 : name.startsWith('zdt2') ? 2 / 3 : Math.PI / 6);
        expect(Math.abs(value - expected), `${name} below ${r}`).toBeLessThan(1e-6);
      }
    }
  });
});
