// The worker of bundle-page.mjs.
import { values } from './bundle-study.mjs';

const { postMessage } = /** @type {{ postMessage(message: unknown): void }} */ (/** @type {unknown} */ (globalThis));
postMessage(await values());
