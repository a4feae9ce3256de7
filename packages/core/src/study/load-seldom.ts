/** Uses what `seldom.ts` holds, and loads it first. */
export async function seldom<T>(use: (loaded: typeof import('./seldom.ts')) => T): Promise<Awaited<T>> {
  return await use(await import('./seldom.ts'));
}
