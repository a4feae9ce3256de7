import { HistoryStore } from '../history/history-store.ts';
import { LearningHost } from '../proposal/learning-host.ts';
import { Pruning } from '../session/pruning.ts';
import { type Makers, makersWith } from './makers.ts';

/**
 * Makes the studies whose sampler or pruner looks at the history, or which avoid repeats. Loaded by `lazy.ts` alone: bundlers
 * make a chunk of what only these need, and leave it out of what a page downloads at first.
 */
export const makers: Makers = makersWith({ HistoryStore, LearningHost, Pruning });
