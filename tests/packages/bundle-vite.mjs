// Builds bundle-page.mjs and everything.mjs with Vite. Fails with a warning, for example about a module of Node.
import { build, createLogger } from 'vite';

const warnings = /** @type {string[]} */ ([]);
const customLogger = createLogger('warn');
customLogger.warn = customLogger.warnOnce = (message) => void warnings.push(message);

for (const [name, input, outDir] of [
  ['page', 'bundle-page.mjs', process.argv[2]],
  ['everything', 'everything.mjs', `${process.argv[2]}-everything`],
]) {
  await build({
    configFile: false,
    customLogger,
    // A limit for the size of chunks is a matter of the application.
    build: {
      outDir,
      target: 'es2022',
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { input: { [name]: input }, output: { entryFileNames: '[name].js' } },
    },
    worker: { format: 'es' },
  });
}
if (warnings.length > 0) throw new Error(warnings.join('\n'));
