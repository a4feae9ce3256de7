import { createStudy, isAsktellError } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { GridSampler } from './grid-sampler.ts';

describe('GridSampler on a define-by-run study', () => {
  it('tries every combination of the listed values once', async () => {
    const study = await createStudy({
      sampler: new GridSampler({ grid: { x: [0, 0.5, 1], act: ['relu', null] } }),
      seed: 7,
    });
    const seen: string[] = [];
    await study.optimize((trial) => {
      seen.push(`${trial.suggestFloat('x', 0, 1)} ${trial.suggestCategorical('act', ['relu', 'tanh', null])}`);
      return 0;
    });
    expect(seen.sort()).toEqual(['0 null', '0 relu', '0.5 null', '0.5 relu', '1 null', '1 relu']);
  });

  it('distinguishes combinations that differ only in names that are not suggested', async () => {
    const study = await createStudy({
      sampler: new GridSampler({ grid: { model: ['a', 'b'], k: [1, 2, 3] } }),
      seed: 8,
    });
    const seen: string[] = [];
    await study.optimize((trial) => {
      const model = trial.suggestCategorical('model', ['a', 'b']);
      seen.push(model === 'a' ? 'a' : `b${trial.suggestInt('k', 1, 3)}`);
      return 0;
    });
    expect(seen.sort()).toEqual(['a', 'a', 'a', 'b1', 'b2', 'b3']);
  });

  it('assigns different cells to concurrent trials before they suggest anything', async () => {
    const study = await createStudy({ sampler: new GridSampler({ grid: { x: [1, 2, 3, 4] } }) });
    const trials = [await study.ask(), await study.ask(), ...(await study.askBatch(2))];
    await expect(study.ask()).rejects.toSatisfy((error) => isAsktellError(error, 'exhausted'));
    expect(trials.map((trial) => trial.suggestInt('x', 1, 4)).sort()).toEqual([1, 2, 3, 4]);
  });

  it('ends if a range has a single value', async () => {
    const study = await createStudy({ sampler: new GridSampler({ grid: { x: [1, 2, 3] } }) });
    await study.optimize((trial) => trial.suggestInt('x', 2, 2), { trials: 50 });
    expect(await study.trials()).toHaveLength(3);
  });

  it('counts enqueued trials by the values they had', async () => {
    const study = await createStudy({ sampler: new GridSampler({ grid: { x: [1, 2, 3], y: [1, 2] } }), seed: 9 });
    await study.enqueue({ x: 2, y: 1 });
    await study.enqueue({ x: 9, y: 1 });
    await study.enqueue({ y: 2 });
    const seen: string[] = [];
    await study.optimize((trial) => {
      seen.push(`${trial.suggestInt('x', 1, 9)}${trial.suggestInt('y', 1, 2)}`);
      return 0;
    });
    expect(seen.slice(0, 2)).toEqual(['21', '91']);
    expect(seen[2]).toMatch(/^[123]2$/);
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });

  it.each([
    [
      'a name without values',
      (trial: { suggestInt(name: string, low: number, high: number): number }) => trial.suggestInt('y', 0, 5),
      'no values for the suggested parameter "y"',
    ],
    [
      'a value outside the range',
      (trial: { suggestInt(name: string, low: number, high: number): number }) => trial.suggestInt('x', 0, 5),
      'the values of "x" must be members of int(0, 5), not 7',
    ],
  ])('rejects %s', async (_, objective, message) => {
    const study = await createStudy({ sampler: new GridSampler({ grid: { x: [7] } }) });
    await expect(study.optimize(objective)).rejects.toThrow(message);
    await expect(
      createStudy({ sampler: new GridSampler({ grid: { x: [7] } }) }).then((other) => other.optimize(objective)),
    ).rejects.toSatisfy((error) => isAsktellError(error, 'invalid-argument'));
  });

  it.each([
    [{}, 'new GridSampler({ grid:'],
    [{ points: { x: 3 } }, 'points must not be set in a define-by-run study'],
  ])('requires values: %j', async (options, message) => {
    const study = await createStudy({ sampler: new GridSampler(options) });
    await expect(study.ask()).rejects.toThrow(message);
    expect(await study.trials()).toEqual([]);
  });
});
