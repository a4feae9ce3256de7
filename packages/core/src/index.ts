// The lists are apart because esbuild keeps in the first download whatever stands in a list that it has to look into, used
// or not. What the lazy chunk (`study/seldom.ts`) shares with the outside is therefore not in the list of a plain study.
export * from './exports/checks.ts';
export * from './exports/finite.ts';
export * from './exports/learning.ts';
export * from './exports/space.ts';
export * from './exports/stored.ts';
export * from './exports/study.ts';
