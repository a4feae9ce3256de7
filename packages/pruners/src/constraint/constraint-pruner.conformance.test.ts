import { testPruner } from '@asktell/testing';
import { ConstraintPruner } from './constraint-pruner.ts';

testPruner('constraint', { compares: 'bounds', make: () => new ConstraintPruner({ limit: 1 }) });
