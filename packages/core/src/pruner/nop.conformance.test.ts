import { testPruner } from '@asktell/testing';
import { NopPruner } from './nop.ts';

testPruner('nop', { make: () => new NopPruner() });
