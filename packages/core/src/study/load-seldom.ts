/** The type of {@link seldom}, for those who are handed it. */
export type Seldom = typeof seldom;

/**
 * Uses what `seldom.ts` holds, and loads it first. Imported by what makes studies only: the study itself finds it in its
 * session, so that what is loaded late may import the study.
 */
export async function seldom<T>(use: (loaded: typeof import('./seldom.ts')) => T): Promise<Awaited<T>> {
  return await use(await import('./seldom.ts'));
}
