import type { NamedStorage } from '../sampler/subject.ts';
import { OperationLogStorage } from './operation-log-storage.ts';

/**
 * The operation log as a storage for laws. All its connections are handles on one list.
 * @example testSampler('mine', { make: () => new MySampler(), storages: [operationLog] })
 */
export const operationLog: NamedStorage = {
  name: 'operation log',
  open: () => new OperationLogStorage(),
  second: (first) => new OperationLogStorage((first as OperationLogStorage).log),
  reopen: (closed) => new OperationLogStorage((closed as OperationLogStorage).log),
};
