import { defineConfig } from 'vitest/config';
import { scriptModule, threadEntry } from './scripts/thread-scripts.mjs';
import { packageFolders, root } from './scripts/workspace.mjs';

/** Siblings are imported from their sources: no build is needed to run a test, only to spawn processes or check types. */
const source = '@asktell/source';

export default defineConfig({
  plugins: [
    {
      name: 'thread-scripts',
      load: (id) => (threadEntry(id) === null ? null : scriptModule(threadEntry(id) as string)),
    },
  ],
  resolve: { conditions: [source, 'module', 'node', 'development|production'] },
  ssr: { resolve: { conditions: [source, 'module', 'node', 'development|production'] } },
  test: {
    // A limit is there to end what hangs. A machine that is ten times slower, or busy, must not reach it.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      ...packageFolders().map((folder) => ({
        extends: true as const,
        test: {
          name: folder.replace('packages/', '').replace('/', '-'),
          root: `${root}/${folder}`,
          include: ['src/**/*.test.ts'],
        },
      })),
      { extends: true, test: { name: 'repository', root, include: ['tests/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'types',
          root,
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['**/src/**/*.test-d.ts'],
            tsconfig: `${root}/tsconfig.test.json`,
            // Errors outside the type tests belong to `npm run build` and `npm run typecheck`.
            ignoreSourceErrors: true,
          },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts', 'packages/samplers/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.test-d.ts', '**/*.bench.ts'],
    },
  },
});
