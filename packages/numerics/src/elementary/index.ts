export { exp, expm1 } from './exp.ts';
export { hypot } from './hypot.ts';
export { log, log1p, log2, log10 } from './log.ts';
export { pow } from './pow.ts';
export { exponentOf, powerOfTwo } from './powers-of-two.ts';
export { cos, tan } from './trigonometric.ts';
