import { categorical, float, group, int, oneOf, type SpaceFields } from '@asktell/core';
import { landscape } from './landscape.ts';
import type { Problem } from './problem.ts';

const models: SpaceFields = {
  model: oneOf({
    svm: { c: float(1e-3, 1e3, { log: true }), gamma: float(1e-5, 10, { log: true }) },
    forest: { trees: int(10, 500, { log: true }), depth: int(1, 20), features: float(0.1, 1) },
    network: {
      units: int(8, 256, { log: true }),
      rate: float(1e-5, 1e-1, { log: true }),
      activation: categorical(['relu', 'tanh', 'logistic']),
    },
  }),
};

const nested: SpaceFields = {
  smoothing: float(0, 1),
  optimizer: oneOf({
    sgd: {
      rate: float(1e-4, 1, { log: true }),
      momentum: oneOf({ none: {}, heavy: { beta: float(0.5, 0.999) }, nesterov: { beta: float(0.5, 0.999) } }),
    },
    adam: { rate: float(1e-5, 1e-1, { log: true }), beta1: float(0.5, 0.99), beta2: float(0.9, 0.9999) },
  }),
};

const search: SpaceFields = {
  preprocessing: group({ scale: categorical(['none', 'standard', 'minmax']), keep: float(0.2, 1) }),
  method: oneOf({
    linear: { penalty: float(1e-4, 1e2, { log: true }), mix: float(0, 1) },
    neighbours: { k: int(1, 50), weights: categorical(['uniform', 'distance']), power: float(1, 4) },
    kernel: {
      width: float(1e-3, 1e2, { log: true }),
      kind: oneOf({ rbf: {}, polynomial: { degree: int(2, 7), offset: float(-1, 1) }, matern: { nu: float(0.5, 5) } }),
    },
    trees: { count: int(10, 1000, { log: true }), depth: int(2, 16), rate: float(1e-3, 1, { log: true }) },
  }),
};

const wide: SpaceFields = {
  arm: oneOf(
    Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((tag, k) => [tag, { x: float(-1, 1), y: float(0, 3 + k), n: int(0, 9 + k) }]),
    ),
  ),
  shared: float(1e-3, 1, { log: true }),
};

const layers: SpaceFields = {
  rate: float(1e-5, 1e-1, { log: true }),
  depth: oneOf({
    one: { a: int(4, 256, { log: true }) },
    two: { a: int(4, 256, { log: true }), b: int(4, 256, { log: true }) },
    three: { a: int(4, 256, { log: true }), b: int(4, 256, { log: true }), c: int(4, 256, { log: true }) },
  }),
  decay: oneOf({ off: {}, on: { strength: float(1e-6, 1e-1, { log: true }) } }),
};

function conditional(name: string, space: SpaceFields, split: Problem['split'], seed: number, waves = 0) {
  return landscape(space, { name, family: 'conditional', split, seed, waves });
}

/** Problems on spaces with branches, some of them nested. */
export const conditionalProblems: readonly Problem[] = [
  conditional('conditional-models', models, 'tune', 1),
  conditional('conditional-nested', nested, 'tune', 2, 0.01),
  conditional('conditional-search', search, 'report', 3),
  conditional('conditional-wide', wide, 'report', 4, 0.01),
  conditional('conditional-layers', layers, 'report', 5),
];
