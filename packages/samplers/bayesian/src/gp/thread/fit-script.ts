/**
 * The source text of `fit-thread.ts` with everything that it imports. The build fills it in (scripts/thread-scripts.mjs).
 * Without a build there is none, and models are fitted in the calling thread.
 */
export const script: string | null = null;
