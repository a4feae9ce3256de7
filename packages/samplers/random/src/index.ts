export { type RandomOptions, RandomSampler } from './random-sampler.ts';
