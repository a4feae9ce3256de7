import { keys } from '../attribute-keys.ts';
import type { Json } from '../json.ts';

/**
 * Constraint values of a trial by name, from its system attributes. The trial is feasible when no value is positive.
 * Reads the list of all versions of Optuna, whose names are stored next to it or else are '0', '1', …, and the one key per
 * constraint of Optuna 5 and Rustuna.
 */
export function constraintsOf(attrs: ReadonlyMap<string, Json> | null): ReadonlyMap<string, number> {
  const out = new Map<string, number>();
  if (attrs === null) return out;
  const list = attrs.get(keys.constraints);
  if (Array.isArray(list)) {
    const names = attrs.get(keys.constraintNames);
    list.forEach((value: Json, i) => {
      if (typeof value === 'number')
        out.set(Array.isArray(names) && typeof names[i] === 'string' ? names[i] : String(i), value);
    });
  }
  for (const [key, value] of attrs) {
    if (!key.startsWith(keys.constraintPrefix)) continue;
    // Rustuna stores numbers as strings.
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    if (typeof number === 'number' && (typeof value === 'number' || !Number.isNaN(number)))
      out.set(key.slice(keys.constraintPrefix.length), number);
  }
  return out;
}

/** Sum of the positive constraint values, 0 when feasible, NaN when there are no constraints. */
export function constraintViolation(attrs: ReadonlyMap<string, Json> | null): number {
  const constraints = constraintsOf(attrs);
  let sum = constraints.size === 0 ? Number.NaN : 0;
  for (const value of constraints.values()) if (value > 0) sum += value;
  return sum;
}
