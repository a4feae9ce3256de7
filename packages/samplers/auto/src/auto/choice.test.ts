import { describe, expect, it } from 'vitest';
import { choose } from './choice.ts';
import { ownRecipe } from './recipe.ts';
import type { Situation } from './situation.ts';

const usual: Situation = {
  isCheap: false,
  kind: { params: 5, numeric: 4, isConditional: false },
  objectives: 1,
  isNoisy: false,
  isModelledNoisy: false,
  hasOwnParams: false,
  number: 10,
  finished: 10,
  hasGradients: false,
  hasCmaEs: false,
  total: null,
};
const late = { number: 700, finished: 700, hasCmaEs: true };
const choices = { params: 5, numeric: 0, isConditional: false };

describe('the decision table', () => {
  it.each<readonly [string, Partial<Situation>, string]>([
    ['the first trial', { number: 0, finished: 0 }, 'gp'],
    ['199 trials', { number: 199, finished: 199 }, 'gp'],
    ['200 trials', { number: 200, finished: 200, hasCmaEs: true }, 'cmaes'],
    ['200 trials, too few of them with values', { number: 200, finished: 200 }, 'tpe'],
    ['200 of 400 trials', { number: 200, finished: 200, hasCmaEs: true, total: 400 }, 'gp'],
    ['700 of 1,000 trials', { ...late, total: 1000 }, 'cmaes'],
    ['950 of 1,000 trials', { number: 950, finished: 950, hasCmaEs: true, total: 1000 }, 'gp'],
    ['trials beyond the total', { number: 1050, finished: 1050, hasCmaEs: true, total: 1000 }, 'cmaes'],
    ['1,850 of 2,000 trials', { number: 1850, finished: 1850, hasCmaEs: true, total: 2000 }, 'cmaes'],
    ['19,990 of 20,000 trials', { number: 19_990, finished: 19_990, hasCmaEs: true, total: 20_000 }, 'cmaes'],
    ['300 noisy trials', { number: 300, finished: 300, hasCmaEs: true, isNoisy: true }, 'gp'],
    ['700 noisy trials', { ...late, isNoisy: true }, 'tpe'],
    ['300 trials of choices', { number: 300, finished: 300, hasCmaEs: true, kind: choices }, 'gp'],
    ['700 trials of choices', { ...late, kind: choices }, 'tpe'],
    ['few branches', { number: 11, kind: { params: 9, numeric: 8, isConditional: true } }, 'gp'],
    ['wide branches, every other trial', { kind: { params: 80, numeric: 79, isConditional: true } }, 'gp'],
    ['wide branches, the others', { number: 11, kind: { params: 80, numeric: 79, isConditional: true } }, 'tpe'],
    ['700 trials with branches', { ...late, kind: { params: 9, numeric: 8, isConditional: true } }, 'tpe'],
    ['cheap branches', { ...late, isCheap: true, kind: { params: 9, numeric: 8, isConditional: true } }, 'tpe'],
    ['many parameters without branches', { kind: { params: 80, numeric: 79, isConditional: false } }, 'gp'],
    ['derivatives', { hasGradients: true }, 'hypergradient'],
    ['derivatives of cheap trials', { ...late, hasGradients: true, isCheap: true }, 'hypergradient'],
    ['derivatives and two objectives', { hasGradients: true, objectives: 2 }, 'gp'],
    ['49 trials whose model is noisy', { number: 49, finished: 49, isModelledNoisy: true }, 'gp'],
    ['50 trials whose model is noisy', { number: 50, finished: 50, isModelledNoisy: true }, 'gp'],
    ['51 trials whose model is noisy', { number: 51, finished: 51, isModelledNoisy: true }, 'tpe'],
    ['251 trials whose model is noisy', { number: 251, finished: 251, hasCmaEs: true, isModelledNoisy: true }, 'cmaes'],
    ['251 of 300 trials', { number: 251, finished: 251, hasCmaEs: true, isModelledNoisy: true, total: 300 }, 'tpe'],
    ['parameters of some trials only', { hasOwnParams: true }, 'tpe'],
    ['cheap, parameters of some trials only', { ...late, isCheap: true, hasOwnParams: true }, 'tpe'],
    ['two objectives', { objectives: 2 }, 'gp'],
    ['two objectives, 30 trials', { number: 30, finished: 30, objectives: 2 }, 'gp'],
    ['three objectives, 10 trials', { objectives: 3 }, 'gp'],
    ['three objectives, 49 trials', { number: 49, finished: 49, objectives: 3 }, 'gp'],
    ['three objectives, 50 trials', { number: 50, finished: 50, objectives: 3 }, 'gp'],
    ['three objectives, 51 trials', { number: 51, finished: 51, objectives: 3 }, 'tpe'],
    ['two objectives, 700 trials', { ...late, objectives: 2 }, 'tpe'],
    ['cheap, no total', { isCheap: true }, 'tpe'],
    ['cheap, no total, 700 trials', { ...late, isCheap: true }, 'cmaes'],
    ['cheap, a small total', { isCheap: true, total: 100 }, 'tpe'],
    ['cheap, a large total', { isCheap: true, total: 1000 }, 'cmaes'],
    ['cheap and noisy', { isCheap: true, total: 1000, isNoisy: true }, 'tpe'],
    ['cheap choices', { isCheap: true, total: 1000, kind: choices }, 'tpe'],
    ['cheap, two objectives', { isCheap: true, objectives: 2 }, 'tpe'],
    ['cheap, two objectives, many trials', { isCheap: true, objectives: 2, number: 2000, finished: 2000 }, 'nsga-ii'],
  ])('%s', (_, situation, sampler) => {
    const choice = choose({ ...usual, ...situation }, ownRecipe);
    expect(choice.sampler).toBe(sampler);
    expect(choice.reason).toMatch(/^[A-Z].*\.$/);
  });
});
