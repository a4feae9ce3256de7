export { compileSpace } from '../space/compile.ts';
export { type Condition, type ConstrainedSpace, where } from '../space/where.ts';
