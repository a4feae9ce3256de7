/** The work of the thread. */
export { fitParameters as run } from '../model/fit.ts';
