import { testStorage } from '@asktell/testing';
import { MemoryStorage } from './memory.ts';

testStorage('memory', { open: () => new MemoryStorage() });
