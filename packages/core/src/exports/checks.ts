export { checkSeed } from '../rng/seed.ts';
export { checkOptions } from '../study/checks.ts';
