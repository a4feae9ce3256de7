import { testStorage } from '../storage/test-storage.ts';
import { operationLog } from './operation-log-subject.ts';

testStorage('operation log', {
  ...operationLog,
  skip: [
    {
      law: 'a writer waits for another writer without blocking the event loop',
      reason: 'a list in one thread needs no lock',
    },
  ],
});
