import {
  type CompiledSpace,
  categorical,
  compileSpace,
  containsInternal,
  createStudy,
  drawUniform,
  float,
  int,
  isActive,
  oneOf,
  rngFor,
  type Sampler,
} from '@asktell/core';
import { arbitrarySpace, runs } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blxCrossover } from '../operators/blx.ts';
import { polynomialMutation } from '../operators/polynomial.ts';
import { resetMutation } from '../operators/reset.ts';
import { uniformCrossover } from '../operators/uniform.ts';
import { breed } from './breed.ts';
import { GenomeSpace } from './genome-space.ts';

const free = (genes: GenomeSpace): Float64Array => new Float64Array(genes.size).fill(Number.NaN);

function whole(genes: GenomeSpace, seed: number): Float64Array {
  const genome = free(genes);
  genes.complete(genome, free(genes), rngFor(seed, 0, 'genome'));
  return genome;
}

/** Expects the decoded genome to be a point of the space: active parameters are members, inactive ones NaN. */
function expectPoint(space: CompiledSpace, genes: GenomeSpace, genome: Float64Array): Float64Array {
  const x = genes.decode(genome, new Float64Array(genes.size));
  space.params.forEach(({ name, dist }, i) => {
    if (isActive(space, i, x)) expect(containsInternal(dist, x[i] as number), `${name} = ${x[i]}`).toBe(true);
    else expect(x[i], name).toBeNaN();
  });
  return x;
}

describe('GenomeSpace', () => {
  it('encodes and decodes points, finite values exactly', () => {
    fc.assert(
      fc.property(arbitrarySpace({ constraints: false }), fc.nat(), (space, seed) => {
        const { compiled } = compileSpace(space);
        const genes = new GenomeSpace(compiled);
        const x = expectPoint(compiled, genes, whole(genes, seed));
        const genome = new Float64Array(genes.size);
        expect(genes.encode(x, genome)).toBe(true);
        const again = expectPoint(compiled, genes, genome);
        compiled.params.forEach(({ dist }, i) => {
          const count = dist.kind === 'categorical' ? 0 : (dist.high - dist.low) / (dist.step ?? 0);
          if (count < 2 ** 40) expect(again[i]).toEqual(x[i]);
        });
        expect(genes.encode(x, x), 'in place').toBe(true);
        expect(x).toEqual(genome);
      }),
      { numRuns: runs(150) },
    );
  });

  it('breeds children that are points with the fixed values', () => {
    fc.assert(
      fc.property(arbitrarySpace({ constraints: false }), fc.nat(), fc.boolean(), (space, seed, blend) => {
        const { compiled } = compileSpace(space);
        const genes = new GenomeSpace(compiled);
        const [a, b, model] = [1, 2, 3].map((k) => whole(genes, seed + k)) as [
          Float64Array,
          Float64Array,
          Float64Array,
        ];
        const fixed = genes.decode(model, free(genes)).map((value, i) => (i % 2 === 0 ? value : Number.NaN));
        const breeding = {
          crossover: blend ? blxCrossover(0.5) : uniformCrossover(),
          mutation: blend ? polynomialMutation(20, 0.5) : resetMutation(0.5),
          crossoverRate: 0.9,
        };
        for (const wanted of [free(genes), fixed]) {
          const child = new Float64Array(genes.size).fill(-9);
          breed(genes, breeding, [a, b], wanted, rngFor(seed, 0, 'breed'), child);
          const x = expectPoint(compiled, genes, child);
          x.forEach((value, i) => {
            if (!Number.isNaN(wanted[i]) && !Number.isNaN(value)) {
              const dist = compiled.params[i]?.dist;
              const isExact = dist?.kind === 'categorical' || (dist?.kind === 'int' && dist.high - dist.low < 2 ** 40);
              if (isExact) expect(value).toBe(wanted[i]);
            }
          });
        }
      }),
      { numRuns: runs(150) },
    );
  });

  it('crosses branch by branch', () => {
    const { compiled } = compileSpace({
      model: oneOf({
        svm: { c: float(0, 1) },
        forest: { n: int(1, 100), deep: oneOf({ yes: { d: float(0, 1) }, no: {} }) },
      }),
    });
    // model, model.svm.c, model.forest.n, model.forest.deep, model.forest.deep.yes.d
    const genes = new GenomeSpace(compiled);
    const svm = Float64Array.of(0.25, 0.3, Number.NaN, Number.NaN, Number.NaN);
    const deep = Float64Array.of(0.75, Number.NaN, 0.405, 0.25, 0.6);
    const flat = Float64Array.of(0.75, Number.NaN, 0.405, 0.75, Number.NaN);
    const breeding = { crossover: uniformCrossover(), mutation: resetMutation(0), crossoverRate: 1 };
    const seen = { svm: 0, forest: 0, fresh: 0 };
    for (let seed = 0; seed < 200; seed++) {
      const child = new Float64Array(5);
      breed(genes, breeding, [svm, deep], free(genes), rngFor(seed, 0, 'x'), child);
      // Only one parent has the branch, so all its genes come from that parent.
      if (child[0] === 0.25) expect([...child], String(seen.svm++)).toEqual([...svm]);
      else expect([...child], String(seen.forest++)).toEqual([...deep]);
      breed(genes, breeding, [deep, flat], free(genes), rngFor(seed, 1, 'x'), child);
      if (child[3] === 0.25) expect(child[4]).toBe(0.6);
      else expect(child[4]).toBeNaN();
      // No parent has the fixed branch, so its genes are drawn.
      const fixed = Float64Array.of(0, Number.NaN, Number.NaN, Number.NaN, Number.NaN);
      breed(genes, breeding, [deep, flat], fixed, rngFor(seed, 2, 'x'), child);
      expect([child[0], Number.isNaN(child[2])]).toEqual([0.25, true]);
      seen.fresh += (child[1] as number) / 200;
    }
    expect(Math.min(seen.svm, seen.forest)).toBeGreaterThan(70);
    expect(seen.fresh).toBeCloseTo(0.5, 1);
  });

  it('reads trials that are points of the space, also imported ones', async () => {
    const uniform: Sampler = {
      name: 'uniform',
      config: { version: 1, options: {} },
      supports: {},
      sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
    };
    const space = {
      x: float(1, 100, { log: true }),
      m: oneOf({ a: { n: int(0, 3) }, b: {} }),
      c: categorical(['u', 'v']),
    };
    const study = await createStudy({ sampler: uniform });
    const a = { x: 10, m: 'a', 'm.a.n': 2, c: 'v' };
    const distributions = {
      x: float(1, 1000, { log: true }),
      m: categorical(['a', 'b']),
      'm.a.n': int(0, 9),
      c: categorical(['u', 'v']),
    };
    const { 'm.a.n': _, ...b } = { ...a, m: 'b' };
    const { 'm.a.n': __, ...rest } = distributions;
    await study.addTrial({ params: a, distributions, value: 1 } as never);
    await study.addTrial({ params: b, distributions: rest, value: 1 } as never);
    await study.addTrial({ params: { ...a, x: 1000 }, distributions, value: 1 } as never); // outside
    await study.addTrial({ params: { ...b, m: 'a' }, distributions: rest, value: 1 } as never); // n is missing
    await study.addTrial({ params: { ...a, m: 'b' }, distributions, value: 1 } as never); // n is inactive
    await study.addTrial({ params: {}, value: 1 } as never);
    const genes = new GenomeSpace(compileSpace(space).compiled);
    const read = Array.from({ length: 6 }, (_, row) => genes.read(row, study.history));
    expect(read.map((genome) => genome && [...genome])).toEqual([
      [0.5, 0.25, 0.625, 0.75],
      [0.5, 0.75, Number.NaN, 0.75],
      null,
      null,
      [0.5, 0.75, Number.NaN, 0.75],
      null,
    ]);
  });

  it('moves to the neighbouring value if a step is too small, inwards at the bounds', () => {
    const genes = new GenomeSpace(
      compileSpace({
        n: int(0, 4),
        log: int(1, 8, { log: true }),
        grid: float(0.1, 0.7, { step: 0.1 }),
        big: int(0, 2 ** 53 - 1),
      }).compiled,
    );
    const value = (i: number, gene: number) => genes.decode(Float64Array.of(0, 0, 0, 0).fill(gene), free(genes))[i];
    expect([value(0, genes.moved(0, 0.5, 0.51)), value(0, genes.moved(0, 0.5, 0.49))]).toEqual([3, 1]);
    expect([value(0, genes.moved(0, 0.1, 0.05)), value(0, genes.moved(0, 0.9, 0.95))]).toEqual([1, 3]);
    expect(value(0, genes.moved(0, 0.1, 0.95))).toBe(4);
    expect([value(1, genes.moved(1, 0.1, 0.11)), value(1, genes.moved(1, 0.1, 0.09))]).toEqual([2, 2]);
    expect(value(2, genes.moved(2, 0.5, 0.500001))).toBeCloseTo(0.5, 12);
    expect(value(2, genes.moved(2, 0.5, 0.5))).toBeCloseTo(0.3, 12);
    expect(genes.moved(3, 0.5, 0.5)).toBeCloseTo(0.5, 12);
  });
});
