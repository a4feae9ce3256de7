export { checkOptions } from '../checks/checks.ts';
export { checkSeed } from '../rng/seed.ts';
