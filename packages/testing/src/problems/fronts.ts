import { rngFor } from '@asktell/core';
import { floatSpace, offCentre, toVector } from './placement.ts';
import type { Problem } from './problem.ts';

type Reference = { readonly reference: readonly number[]; readonly value: number };

interface Front {
  readonly name: string;
  readonly objectives: number;
  readonly dimensions: number;
  readonly split: Problem['split'];
  /** The optimum of the distance variables: as in the papers, or moved away from the centre and the boundary. */
  readonly placement: 'standard' | 'shifted';
  readonly hypervolumes: readonly Reference[];
  /**
   * @param x variables in [0, 1]
   * @param away scaled distances of the last variables from their optimum
   */
  readonly evaluate: (x: Float64Array, away: Float64Array) => readonly number[];
  /** The optimum of the distance variables in the paper. */
  readonly best: number;
  /** The number of distance variables, which are the last ones. */
  readonly distances: number;
}

function front(f: Front): Problem {
  const rng = rngFor(f.split === 'tune' ? 1 : 2, f.dimensions, f.name);
  const best = Float64Array.from({ length: f.distances }, () => (f.placement === 'standard' ? f.best : offCentre(rng)));
  return {
    name: `${f.name}-${f.dimensions}d-${f.placement}`,
    family: 'multi-objective',
    split: f.split,
    tags: [f.name, f.placement, `${f.dimensions}d`, 'long'],
    space: floatSpace(Array<number>(f.dimensions).fill(0), Array<number>(f.dimensions).fill(1)),
    objectives: f.objectives,
    objective: (params) => {
      const x = toVector(params, f.dimensions);
      const away = best.map((value, i) => {
        const distance = Math.abs((x[f.dimensions - f.distances + i] as number) - value);
        // The largest distance is 1 as in the paper for ZDT, and 1/2 for DTLZ2, whose optimum is in the middle.
        return f.best === 0.5 ? (distance / Math.max(value, 1 - value)) * 0.5 : distance / Math.max(value, 1 - value);
      });
      return { values: f.evaluate(x, away) };
    },
    noise: 0,
    optimum: { kind: 'front', hypervolumes: f.hypervolumes },
    precision: 1e-6,
  };
}

type ZdtShape = (first: number, g: number) => number;

/**
 * The second objectives of Zitzler, Deb and Thiele (2000). A front with reference point (r, r) has the hypervolume
 * r² − `areaBelowFront`. `areaBelowFront` is empty for ZDT3, whose hypervolumes are in a table.
 */
const zdtShapes: {
  readonly [name: string]: { readonly shape: ZdtShape; readonly areaBelowFront: number | readonly number[] };
} = {
  zdt1: { shape: (first, g) => g * (1 - Math.sqrt(first / g)), areaBelowFront: 1 / 3 },
  zdt2: { shape: (first, g) => g * (1 - (first / g) ** 2), areaBelowFront: 2 / 3 },
  zdt3: {
    shape: (first, g) => g * (1 - Math.sqrt(first / g) - (first / g) * Math.sin(10 * Math.PI * first)),
    areaBelowFront: [],
  },
};

/** Hypervolumes of ZDT3, whose front has five pieces. Integrated numerically. */
const zdt3Hypervolumes: readonly Reference[] = [
  { reference: [11, 11], value: 128.7781161 },
  { reference: [1.1, 1.1], value: 1.3317629 },
];

function zdt(
  name: 'zdt1' | 'zdt2' | 'zdt3',
  dimensions: number,
  split: Problem['split'],
  placement: Front['placement'],
) {
  const { shape, areaBelowFront } = zdtShapes[name] as (typeof zdtShapes)[string];
  return front({
    name,
    objectives: 2,
    dimensions,
    split,
    placement,
    best: 0,
    distances: dimensions - 1,
    hypervolumes:
      typeof areaBelowFront === 'number'
        ? [11, 1.1].map((r) => ({ reference: [r, r], value: r * r - areaBelowFront }))
        : zdt3Hypervolumes,
    evaluate: (x, away) => {
      const g = 1 + (9 * away.reduce((sum, value) => sum + value, 0)) / away.length;
      const first = x[0] as number;
      return [first, shape(first, g)];
    },
  });
}

/** DTLZ2 with three objectives (Deb, Thiele, Laumanns and Zitzler 2002). Its front is an eighth of the unit sphere. */
function dtlz2(dimensions: number, split: Problem['split'], placement: Front['placement']): Problem {
  return front({
    name: 'dtlz2',
    objectives: 3,
    dimensions,
    split,
    placement,
    best: 0.5,
    distances: dimensions - 2,
    hypervolumes: [2.5, 1.1].map((r) => ({ reference: [r, r, r], value: r ** 3 - Math.PI / 6 })),
    evaluate: (x, away) => {
      const radius = 1 + away.reduce((sum, value) => sum + value * value, 0);
      const a = ((x[0] as number) * Math.PI) / 2;
      const b = ((x[1] as number) * Math.PI) / 2;
      return [radius * Math.cos(a) * Math.cos(b), radius * Math.cos(a) * Math.sin(b), radius * Math.sin(a)];
    },
  });
}

/** Multi-objective problems: ZDT1–3 and DTLZ2, as published and with the optimum of the distance variables moved. */
export const frontProblems: readonly Problem[] = [
  zdt('zdt1', 10, 'tune', 'shifted'),
  zdt('zdt2', 5, 'tune', 'shifted'),
  zdt('zdt3', 8, 'tune', 'shifted'),
  dtlz2(7, 'tune', 'shifted'),
  zdt('zdt1', 30, 'report', 'standard'),
  zdt('zdt2', 30, 'report', 'standard'),
  zdt('zdt3', 30, 'report', 'standard'),
  dtlz2(12, 'report', 'standard'),
  zdt('zdt1', 20, 'report', 'shifted'),
  zdt('zdt2', 10, 'report', 'shifted'),
  zdt('zdt3', 6, 'report', 'shifted'),
  dtlz2(10, 'report', 'shifted'),
];
