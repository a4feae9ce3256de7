import { SqliteStorage } from '@asktell/storage/sqlite';
import { onInterrupt } from './node-interrupts.ts';
import { createOutput } from './node-output.ts';
import { processIdentity } from './node-process.ts';
import { startThread } from './node-threads.ts';
import type { Platform } from './platform.ts';

// SqliteStorage loads its native driver when it opens a file, so the driver stays optional.
export { createOutput, onInterrupt, processIdentity, SqliteStorage, startThread };

({ processIdentity, onInterrupt, createOutput, SqliteStorage, startThread }) satisfies Platform;
