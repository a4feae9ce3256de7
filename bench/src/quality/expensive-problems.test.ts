import { compileSpace } from '@asktell/core';
import { type Problem, type ProblemFamily, problems } from '@asktell/testing/problems';
import { expect, test } from 'vitest';
import { expensiveProblems } from './expensive-problems.ts';

const sizeOf = ({ space }: Problem): number => compileSpace(space).compiled.params.length;

test('the list is what its rule says', () => {
  const families: readonly ProblemFamily[] = [
    'smooth',
    'multimodal',
    'mixed',
    'conditional',
    'noisy',
    'failing',
    'table',
  ];
  const expected = families.flatMap((family) => {
    const members = problems
      .filter((problem) => problem.split === 'report' && problem.family === family)
      .sort((a, b) => sizeOf(a) - sizeOf(b)); // stable: equals keep their order
    const largest = members.findIndex((problem) => sizeOf(problem) === sizeOf(members.at(-1) as Problem));
    const middle = family === 'multimodal' || family === 'mixed' ? [(members.length - 1) >> 1] : [];
    return [0, ...middle, largest].map((i) => members[i]?.name);
  });
  expect([...expensiveProblems]).toEqual(expected);
});

test('sixteen problems with one objective and 2 to 20 parameters, at least six of them not plain functions', () => {
  const chosen = expensiveProblems.map((name) => problems.find((problem) => problem.name === name) as Problem);
  expect(chosen).toHaveLength(16);
  expect(chosen.every(({ objectives }) => objectives === 1)).toBe(true);
  expect(chosen.map(sizeOf).every((size) => size >= 2 && size <= 20)).toBe(true);
  const special = chosen.filter(({ family }) => ['mixed', 'conditional', 'table'].includes(family));
  expect(special.length).toBeGreaterThanOrEqual(6);
});
