/**
 * A JSON value as storages keep it. Unlike JavaScript's `JSON`, Python's allows `NaN`, the infinities and integers
 * beyond 2^53. Such integers are read as `bigint`, so that attributes written by Optuna survive.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };

/** A value or a promise of it. Core awaits only promises, so synchronous storages cost no microtask. */
export type Awaitable<T> = T | Promise<T>;
