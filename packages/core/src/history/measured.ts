import type { Json } from '../json.ts';

/** Reads stored standard errors, one per objective. `null` for anything else. */
export function readErrors(stored: Json | undefined): readonly number[] | null {
  return Array.isArray(stored) && stored.every((error) => typeof error === 'number') ? (stored as number[]) : null;
}

/** Reads stored derivatives by parameter name. `null` for anything else. */
export function readGradient(stored: Json | undefined): { readonly [name: string]: number } | null {
  return typeof stored === 'object' && stored !== null && !Array.isArray(stored)
    ? (stored as { readonly [name: string]: number })
    : null;
}
