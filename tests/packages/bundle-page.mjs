// Built with esbuild, Vite and webpack: a study in the page, and the same study in a worker.
import { values } from './bundle-study.mjs';
import { fits } from './bundle-threads.mjs';

const worker = new Worker(new URL('./bundle-worker.mjs', import.meta.url), { type: 'module' });
const fromWorker = await new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(`the worker failed: ${message}`));
});
Object.assign(globalThis, { result: { page: await values(), worker: fromWorker, fits: await fits() } });
