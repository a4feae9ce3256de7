export { RunningQuantile } from './quantile/running-quantile.ts';
