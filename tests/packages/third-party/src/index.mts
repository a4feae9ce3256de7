export { AnnealingSampler } from './annealing-sampler.mjs';
export { JsonFileStorage } from './json-file-storage.mjs';
export { WorstPruner } from './worst-pruner.mjs';
