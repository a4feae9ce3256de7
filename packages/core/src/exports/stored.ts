export { distributionFromOptuna } from '../distribution/optuna-reader.ts';
export { restoreSampler } from '../study/restore.ts';
