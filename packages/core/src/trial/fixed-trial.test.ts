import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { FixedTrial } from './fixed-trial.ts';

describe('FixedTrial', () => {
  it('suggests the given values', () => {
    const trial = new FixedTrial({ x: 0.25, n: 4, act: null }, 7);
    expect(trial.number).toBe(7);
    expect(trial.params).toEqual({ x: 0.25, n: 4, act: null });
    expect(trial.suggestFloat('x', 0, 1)).toBe(0.25);
    expect(trial.suggestInt('n', 0, 8, { step: 2 })).toBe(4);
    expect(trial.suggestCategorical('act', ['relu', null])).toBeNull();
    expect(trial.suggestFloat('only', 3, 3)).toBe(3);
    expect(trial.suggestCategorical('one', ['a'])).toBe('a');
  });

  it('finds nested params by flat name', () => {
    const trial = new FixedTrial({ g: { x: 0.5 }, model: { type: 'svm', c: 2, k: { type: 'rbf', gamma: 0.125 } } });
    expect(trial.params.model.type).toBe('svm');
    expect(trial.suggestFloat('g.x', 0, 1)).toBe(0.5);
    expect(trial.suggestCategorical('model', ['svm', 'forest'])).toBe('svm');
    expect(trial.suggestFloat('model.svm.c', 0, 9)).toBe(2);
    expect(trial.suggestFloat('model.svm.k.rbf.gamma', 0, 1)).toBe(0.125);
  });

  it('refuses missing values, and values out of range', async () => {
    const trial = new FixedTrial({ x: 5 });
    expect((await refused('invalid-argument', () => trial.suggestFloat('y', 0, 1))).message).toMatch(
      /"y" \(float\(0, 1\)\).*parameters are x\./,
    );
    expect((await refused('invalid-value', () => trial.suggestFloat('x', 0, 1))).message).toContain(
      '"x" must be a value of float(0, 1), not 5',
    );
    await refused('invalid-value', () => trial.suggestCategorical('x', ['5']));
    await refused('invalid-distribution', () => trial.suggestFloat('x', 1, 0));
    expect((await refused('invalid-argument', () => new FixedTrial({}).suggestInt('n', 0, 1))).message).toContain(
      'parameters are none',
    );
  });

  it('keeps reports and attributes, and never prunes or aborts', async () => {
    const trial = new FixedTrial({ x: 1 });
    await trial.report(3, 0);
    await trial.report(2, 1);
    await trial.report(9, 1);
    await trial.setUserAttr('k', [1]);
    await trial.setConstraint('c', 1);
    expect([await trial.shouldPrune(), trial.signal.aborted]).toEqual([false, false]);
    expect([...trial.intermediateValues]).toEqual([
      [0, 3],
      [1, 2],
    ]);
    expect([trial.userAttrs, trial.constraints]).toEqual([{ k: [1] }, { c: 1 }]);
    await refused('invalid-value', () => trial.report('1' as never, 0));
    await refused('invalid-argument', () => trial.report(1, -1));
    await refused('invalid-value', () => trial.setConstraint('c', Number.NaN));
    await refused('invalid-value', () => trial.setUserAttr('f', (() => 1) as never));
  });
});
