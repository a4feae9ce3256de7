import { SqliteStorage } from '@asktell/storage/sqlite';
import { createOutput } from './node-output.ts';
import { processIdentity } from './node-process.ts';
import type { Platform } from './platform.ts';

// SqliteStorage looks for its native driver when it opens a file, so that nobody needs it who does not use it.
export { createOutput, processIdentity, SqliteStorage };

({ processIdentity, createOutput, SqliteStorage }) satisfies Platform;
