import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import { group, oneOf } from '../space/builders.ts';
import type { Space } from '../space/infer.ts';
import { where } from '../space/where.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from './create-study.ts';
import { loadStudy } from './load-study.ts';

const sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: {},
  sampleOne: (_state: unknown, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
} satisfies Parameters<typeof createStudy>[0]['sampler'];
const samplers = [{ savedName: 'uniform', fromConfig: () => sampler }];

async function reopened(stored: Space, given: Space, trials: number): Promise<{ warnings: string[]; space: unknown }> {
  const storage = new MemoryStorage();
  const study = await createStudy({ name: 's', storage, sampler, space: stored });
  await study.optimize(() => 0, { trials });
  const before = storage.findStudy('s')?.systemAttrs.get('asktell:space');
  const warnings: string[] = [];
  const output = {
    interactive: false,
    columns: 80,
    info: () => {},
    warn: (line: string) => void warnings.push(line),
    status: () => {},
  };
  try {
    await loadStudy(
      { storage, samplers, space: given },
      { environment: { process: null, output, compileExpression: async () => () => true } },
    );
  } finally {
    // What is refused changes nothing.
    if (warnings.length === 0) expect(storage.findStudy('s')?.systemAttrs.get('asktell:space')).toBe(before);
  }
  return { warnings, space: storage.findStudy('s')?.systemAttrs.get('asktell:space') };
}

const space = {
  x: float(0, 1),
  act: categorical(['a', 'b']),
  g: group({ n: int(1, 9) }),
  m: oneOf({ svm: { c: float(0, 1) }, none: {} }),
};

describe('loadStudy with a space', () => {
  it('says nothing about the same space', async () => {
    expect((await reopened(space, { ...space }, 3)).warnings).toEqual([]);
  });

  it.each<readonly [string, Space, string]>([
    ['a bound', { ...space, x: float(0, 2) }, 'space (x float(0, 1) → float(0, 2))'],
    ['a nested step', { ...space, g: group({ n: int(1, 9, { step: 2 }) }) }, 'g.n int(1, 9) → int(1, 9, { step: 2 })'],
    [
      'new and old names',
      { x: float(0, 1), act: space.act, g: space.g, z: int(0, 1) },
      'm removed, m.svm.c removed, z int(0, 1) added',
    ],
    ['a condition', where(space, (p) => p.x < 1), 'where a predicate added'],
    ['the order', { act: space.act, x: space.x, g: space.g, m: space.m }, 'space (order)'],
  ])('lists what changed: %s', async (_, given, text) => {
    const { warnings } = await reopened(space, given, 3);
    expect(warnings).toEqual([expect.stringContaining(text)]);
  });

  it.each<readonly [string, Space]>([
    ['kind', { ...space, x: int(0, 1) }],
    ['log', { ...space, x: float(1e-5, 1, { log: true }) }],
    ['choices', { ...space, act: categorical(['b', 'a']) }],
    ['branches', { ...space, m: oneOf({ none: {}, svm: { c: float(0, 1) } }) }],
  ])('refuses another %s of a stored parameter, and accepts it before the first trial', async (_, given) => {
    const error = await refused('space-conflict', () => reopened(space, given, 3));
    expect(error.message).toMatch(/is .* in this study and cannot become/);
    expect((await reopened(space, given, 0)).warnings).toHaveLength(1);
  });
});
