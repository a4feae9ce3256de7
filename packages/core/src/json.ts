/**
 * A JSON value as storages keep it. Python's dialect is wider than JavaScript's: `NaN` and the infinities
 * are numbers here, and integers beyond 2^53 arrive as `bigint`, so that attributes written by Optuna survive.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };

/** A value, or a promise of it. The core awaits only promises, so synchronous storages cost no microtask. */
export type Awaitable<T> = T | Promise<T>;
