import {
  type Condition,
  categorical,
  type Distribution,
  type Field,
  float,
  group,
  int,
  oneOf,
  type Scalar,
  type Space,
  type SpaceFields,
  toInternal,
  toUnit,
  where,
} from '@asktell/core';
import fc from 'fast-check';

/** The features of the spaces that {@link arbitrarySpace} generates. */
export interface ArbitrarySpaceOptions {
  /** Generate only parameters with a few values, for samplers that enumerate. Default `false`. */
  readonly finite?: boolean;
  /** Generate `oneOf` branches. Default `true`. */
  readonly conditional?: boolean;
  /** Generate constraints between parameters, as predicates. Default `true`. */
  readonly constraints?: boolean;
}

const span = fc.constantFrom(
  [0, 1],
  [-5, 5],
  [0.1, 0.7],
  [1e-6, 1e-2],
  [1, 1024],
  [3, 3.0000001],
  [1e10, 1e12],
  [-1e300, 1e300],
  [-8.9e307, 8.9e307],
  [5e-324, 1.7e308],
  [0.25, 0.25],
);
const whole = fc.constantFrom(
  [0, 1],
  [-7, 12],
  [1, 1024],
  [2, 3],
  [-(2 ** 53) + 1, 0],
  [2 ** 53 - 9, 2 ** 53 - 1],
  [-(2 ** 50), 2 ** 50],
  [4, 4],
  [1, 2 ** 53 - 1],
);
const scalar: fc.Arbitrary<Scalar> = fc.constantFrom<Scalar>(null, true, false, 0, 1, '1', 'true', -2.5, '', 'ä b');

const finiteDist: fc.Arbitrary<Distribution> = fc.oneof(
  fc.uniqueArray(scalar, { minLength: 1, maxLength: 4 }).map((choices) => categorical(choices)),
  fc
    .record({ low: fc.integer({ min: -3, max: 3 }), n: fc.nat(3), step: fc.integer({ min: 1, max: 3 }) })
    .map(({ low, n, step }) => int(low, low + n * step, { step })),
  fc
    .record({ low: fc.constantFrom(-1, 0, 0.1), n: fc.nat(3), step: fc.constantFrom(0.1, 0.25, 3) })
    .map(({ low, n, step }) => float(low, low + n * step, { step })),
);

const anyDist: fc.Arbitrary<Distribution> = fc.oneof(
  finiteDist,
  span.map(([low = 0, high = 1]) => float(low, high)),
  span.filter(([low = 0]) => low > 0).map(([low = 0, high = 1]) => float(low, high, { log: true })),
  span
    .filter(([low = 0, high = 1]) => high - low < 1e6)
    .map(([low = 0, high = 1]) => float(low, high, { step: (high - low) / 7 || 1 })),
  whole.map(([low = 0, high = 1]) => int(low, high)),
  whole.filter(([low = 0]) => low > 0).map(([low = 0, high = 1]) => int(low, high, { log: true })),
  whole.map(([low = 0, high = 1]) => int(low, high, { step: Math.max(1, Math.floor((high - low) / 5)) })),
);

const names = ['x', 'y', 'lr', 'n', 'model', 'a b', 'ö', 'constructor'] as const;

function fields(depth: number, options: ArbitrarySpaceOptions): fc.Arbitrary<SpaceFields> {
  const leaf: fc.Arbitrary<Field> = options.finite === true ? finiteDist : anyDist;
  const nested = fields.bind(null, depth - 1, options);
  const field: fc.Arbitrary<Field> =
    depth === 0
      ? leaf
      : fc.oneof(
          { weight: 4, arbitrary: leaf },
          {
            weight: 1,
            arbitrary: fc
              .constant(null)
              .chain(nested)
              .map((inner) => group(inner)),
          },
          ...(options.conditional === false
            ? []
            : [
                {
                  weight: 2,
                  arbitrary: fc
                    .tuple(fc.constant(null).chain(nested), fc.constant(null).chain(nested), fc.boolean())
                    .map(([a, b, empty]): Field => oneOf({ 'branch a': a, b, ...(empty ? { none: {} } : {}) })),
                },
              ]),
        );
  return fc
    .uniqueArray(fc.constantFrom(...names), {
      minLength: depth === 2 ? 1 : 0,
      maxLength: options.finite === true ? 2 : 4,
    })
    .chain((keys) => fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), field))))
    .map((entries) => Object.fromEntries(entries));
}

/** A top-level field that is a distribution. */
type Leaf = readonly [name: string, dist: Distribution];

/** Predicates that at least one point of the space satisfies. */
function conditions(space: SpaceFields, pick: number): readonly Condition<never>[] {
  const leaves = Object.entries(space).filter(
    (entry): entry is [string, Distribution] => 'low' in entry[1] || 'choices' in entry[1],
  );
  const numeric = leaves.filter(([, dist]) => dist.kind !== 'categorical');
  const multiValued = leaves.filter(([, dist]) => dist.kind === 'categorical' && dist.choices.length > 1);
  const out: ((params: { readonly [name: string]: Scalar }) => boolean)[] = [];
  const [a, b] = numeric;
  const unit = ([name, dist]: Leaf, params: { readonly [name: string]: Scalar }): number =>
    toUnit(dist, toInternal(dist, params[name]));
  if (a !== undefined && b !== undefined) {
    out.push(
      pick % 2 === 0
        ? (params) => unit(a, params) <= unit(b, params)
        : (params) => unit(a, params) + unit(b, params) <= 1.2,
    );
  }
  const [c] = multiValued;
  if (c !== undefined && c[1].kind === 'categorical') {
    const [first] = c[1].choices;
    out.push((params) => params[c[0]] !== first || (a !== undefined && unit(a, params) < 0.5));
  }
  return out as readonly Condition<never>[];
}

/**
 * Generates declared spaces: log, stepped, integer, categorical and single-valued parameters, groups, nested `oneOf`, and
 * predicates that forbid a part of the space but never all of it.
 * @example fc.assert(fc.property(arbitrarySpace({ conditional: false }), (space) => compileSpace(space).compiled.params.length > 0))
 */
export function arbitrarySpace(options: ArbitrarySpaceOptions = {}): fc.Arbitrary<Space> {
  const plain = fields(2, options);
  if (options.constraints === false) return plain;
  return fc.tuple(plain, fc.nat(3)).map(([space, pick]) => {
    const predicates = pick < 2 ? conditions(space, pick) : [];
    return predicates.length === 0 ? space : where(space, ...(predicates as readonly never[]));
  });
}
