import { testPruner } from '@asktell/testing';
import { WilcoxonPruner } from './wilcoxon-pruner.ts';

testPruner('wilcoxon', { make: () => new WilcoxonPruner() });
testPruner('wilcoxon, eager', { make: () => new WilcoxonPruner({ pThreshold: 0.6, startupSteps: 0 }) });
