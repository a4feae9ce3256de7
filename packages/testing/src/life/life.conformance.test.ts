import { operationLog } from '../reference/operation-log-subject.ts';
import { testTrialLife } from './test-trial-life.ts';

testTrialLife('operation log', operationLog);
