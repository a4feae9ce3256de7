import { type Problem, problems } from '@asktell/testing/problems';
import { expect, test } from 'vitest';
import { type ExpensivePeer, expensivePeers, refusal } from './expensive-peers.ts';
import { expensiveProblems } from './expensive-problems.ts';

const named = (name: string): Problem => problems.find((problem) => problem.name === name) as Problem;
const peer = (name: string): ExpensivePeer => expensivePeers[name] as ExpensivePeer;

test('each peer runs on what it can do, and says why it does not run on the rest', () => {
  const runsOn = (name: string): number =>
    expensiveProblems.filter((problem) => refusal(peer(name), named(problem)) === null).length;
  expect(['botorch', 'turbo', 'ax', 'smac', 'hebo'].map(runsOn)).toEqual([11, 7, 16, 16, 12]);
  expect(refusal(peer('turbo'), named('mixed-pipeline'))).toMatch(/real numbers/);
  expect(refusal(peer('turbo'), named('table-svr-diabetes'))).toBeNull(); // three logarithmic floats
  expect(refusal(peer('botorch'), named('failing-slab-ackley-4d'))).toMatch(/fail/);
  expect(refusal(peer('hebo'), named('noisy-conditional-7'))).toMatch(/conditional/);
});

test('no expensive peer accepts several objectives or constraints', () => {
  for (const each of Object.values(expensivePeers)) {
    expect(refusal(each, named('zdt2-10d-shifted'))).toMatch(/one objective/);
    expect(refusal(each, named('constrained-gramacy'))).toMatch(/constraints/);
  }
});
