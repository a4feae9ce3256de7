import type { OperationLogStorage } from '../reference/operation-log-storage.ts';
import { operationLog } from '../reference/operation-log-subject.ts';
import { testTrialLife } from './test-trial-life.ts';

testTrialLife('operation log', {
  ...operationLog,
  heartbeat: (storage, study, number, at) => (storage as OperationLogStorage).heartbeat(study, number, at),
});
