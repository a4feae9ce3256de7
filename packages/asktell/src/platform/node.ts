import { SqliteStorage } from '@asktell/storage/sqlite';
import { createOutput } from './node-output.ts';
import { processIdentity } from './node-process.ts';
import type { Platform } from './platform.ts';

// SqliteStorage loads its native driver when it opens a file, so the driver stays optional.
export { createOutput, processIdentity, SqliteStorage };

({ processIdentity, createOutput, SqliteStorage }) satisfies Platform;
