import type { Scalar } from '@asktell/core';
import type { ProblemParams } from './problem.ts';

/**
 * External values by flat name (`model.svm.c`). The params may be nested as declared, or already flat.
 * @example flatParams({ model: { type: 'svm', c: 1 } }) // { model: 'svm', 'model.svm.c': 1 }
 */
export function flatParams(params: ProblemParams): { readonly [name: string]: Scalar } {
  const out: { [name: string]: Scalar } = {};
  flattenInto(out, params, '');
  return out;
}

function flattenInto(out: { [name: string]: Scalar }, params: ProblemParams, path: string): void {
  for (const [key, value] of Object.entries(params)) {
    if (typeof value !== 'object' || value === null) {
      out[path + key] = value as Scalar;
      continue;
    }
    const { type, ...rest } = value as ProblemParams;
    if (type !== undefined) out[path + key] = type as Scalar;
    flattenInto(out, rest, type === undefined ? `${path}${key}.` : `${path}${key}.${String(type)}.`);
  }
}
