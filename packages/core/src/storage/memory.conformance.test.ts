import { testStorage, testTrialLife } from '@asktell/testing';
import { MemoryStorage } from './memory.ts';

const memory = { open: () => new MemoryStorage() };

testStorage('memory', memory);
testTrialLife('memory', memory);
