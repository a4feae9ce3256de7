import { testStorage } from '../storage/test-storage.ts';
import { operationLog } from './operation-log-subject.ts';

testStorage('operation log', {
  ...operationLog,
  skip: [
    {
      law: 'a writer waits for another without blocking the event loop',
      reason: 'one list in one thread has no lock to wait for',
    },
  ],
});
