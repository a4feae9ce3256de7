import { categorical, float, int, oneOf } from '@asktell/core';
import { floatProblem } from './continuous.ts';
import { ackley } from './functions/ackley.ts';
import { hartmann6 } from './functions/hartmann.ts';
import { levy } from './functions/levy.ts';
import { rosenbrock } from './functions/rosenbrock.ts';
import { styblinskiTang } from './functions/styblinski-tang.ts';
import type { TestFunction } from './functions/test-function.ts';
import { landscape } from './landscape.ts';
import { placed } from './placement.ts';
import type { Problem } from './problem.ts';

function noisy(f: TestFunction, dimensions: number, split: Problem['split'], noise: number): Problem {
  return floatProblem(`noisy-${f.name}-${dimensions}d`, placed(f, dimensions, split === 'tune' ? 3 : 4, false), {
    family: 'noisy',
    split,
    tags: [f.name, 'shifted'],
    noise,
  });
}

/** Problems with Gaussian noise. The regret is computed from the noise-free value of the trial with the best observed value. */
export const noisyProblems: readonly Problem[] = [
  noisy(ackley, 4, 'tune', 0.5),
  noisy(hartmann6, 6, 'tune', 0.1),
  landscape(
    { x: float(-2, 2), rate: float(1e-5, 1, { log: true }), n: int(1, 30), c: categorical(['a', 'b', 'c', 'd']) },
    { name: 'noisy-mixed-4', family: 'noisy', split: 'tune', seed: 11, noise: 0.05 },
  ),
  noisy(levy, 5, 'report', 0.5),
  noisy(rosenbrock, 3, 'report', 20),
  noisy(styblinskiTang, 4, 'report', 3),
  landscape(
    {
      rate: float(1e-6, 1e-1, { log: true }),
      batch: int(8, 512, { log: true }),
      kind: oneOf({ cosine: { warmup: float(0, 0.3) }, step: { every: int(1, 20), factor: float(0.1, 0.9) } }),
      norm: categorical(['none', 'batch', 'layer']),
    },
    { name: 'noisy-conditional-7', family: 'noisy', split: 'report', seed: 12, noise: 0.05 },
  ),
];
