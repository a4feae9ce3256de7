/**
 * The problems for samplers that take seconds a trial. The rule looks at families and sizes only, at no result: of the report
 * half, all families with one objective and no constraints on the outcome (which most of the peers leave to other algorithms);
 * of each family the problem with the fewest and the one with the most parameters, and of the multimodal and the mixed ones
 * that in the middle as well. Those with equally many parameters keep the order of `problems`, and the first of them is taken.
 */
export const expensiveProblems: readonly string[] = [
  'rosenbrock-2d-shifted',
  'sphere-20d-shifted',
  'branin-2d-shifted',
  'hartmann6-6d-rotated',
  'rastrigin-20d-shifted',
  'mixed-pipeline',
  'mixed-boosting',
  'mixed-many-16',
  'conditional-layers',
  'conditional-wide',
  'noisy-rosenbrock-3d',
  'noisy-conditional-7',
  'failing-slab-ackley-4d',
  'failing-conditional-6',
  'table-svr-diabetes',
  'table-boosting-diabetes',
];

/** The length of a study, and how many there are of each side, unless the command says otherwise. */
export const expensiveTrials = 100;
export const expensiveSeeds = 5;
