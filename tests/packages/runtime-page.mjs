// The study of runtime-study.mjs in a browser, in memory.
import { MemoryStorage } from 'asktell';
import { runStudy } from './runtime-study.mjs';

const { result } = await runStudy(new MemoryStorage());
Object.assign(globalThis, { result });
