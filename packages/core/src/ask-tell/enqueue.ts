import { keys } from '../attribute-keys.ts';
import { type Checks, check, checkOptions } from '../checks/checks.ts';
import { checkName } from '../checks/names.ts';
import { contains, describe, toInternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import { indexOfInternal } from '../enumeration/finite-points.ts';
import { AsktellError, show } from '../errors.ts';
import type { Json } from '../json.ts';
import { enqueuedParams } from '../proposal/request.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import { addBranches, requireActive, toFlat } from '../space/flat.ts';
import { flatEntries } from '../space/params-object.ts';
import type { TrialOp } from '../storage/storage.ts';
import { checkAttr } from '../trial/attribute-value.ts';

/** Options of `study.enqueue`. */
export interface EnqueueOptions {
  /** Attributes to store with the trial. */
  readonly userAttrs?: { readonly [key: string]: Json };
  /** Do nothing if a trial with exactly these parameters exists or is waiting. Default `false`. */
  readonly skipIfExists?: boolean;
}

const optionChecks: Checks<EnqueueOptions> = { userAttrs: check.object, skipIfExists: check.boolean };

/** Adds a trial with these parameters to the queue. Resolves to its number, or to that of the existing trial. */
export async function enqueue(
  session: Session,
  space: DeclaredSpace | null,
  params: unknown,
  options: EnqueueOptions,
): Promise<number> {
  checkOptions('enqueue', options, optionChecks);
  await session.refresh();
  const fixed = readEnqueued(session, space, params);
  const userAttrs = Object.entries(options.userAttrs ?? {}).map(
    ([key, value]) => [key, checkAttr(key, value)] as const,
  );
  const create: TrialOp = {
    kind: 'create',
    trial: {
      state: 'waiting',
      names: [],
      dists: [],
      x: [],
      values: null,
      reports: null,
      userAttrs: userAttrs.length === 0 ? null : new Map(userAttrs),
      systemAttrs: new Map([[keys.fixedParams, Object.fromEntries(fixed) as Json]]),
      startedAt: null,
      finishedAt: null,
    },
  };
  let existing: number | null = null;
  const [number] =
    options.skipIfExists === true
      ? await session.commitPlanned(() => {
          existing = findEnqueued(session, space, fixed);
          return existing === null ? [create] : [];
        })
      : await session.commit([create]);
  return existing ?? (number as number);
}

/**
 * Checks enqueued parameters as far as their distributions are known. Returns external values by flat name.
 * @throws AsktellError `invalid-value`, `invalid-argument`
 */
function readEnqueued(session: Session, space: DeclaredSpace | null, params: unknown): Map<string, Scalar> {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw new AsktellError(
      'invalid-argument',
      `enqueue: the parameters must be an object such as { x: 0.5 }, not ${show(params)}.`,
    );
  }
  const flat = space === null ? new Map(Object.entries(params)) : toFlat(space, params);
  const out = new Map<string, Scalar>();
  for (const [name, value] of flat) {
    checkName('enqueue', name);
    out.set(name, checkValue(session, space, name, value));
  }
  if (space !== null) {
    addBranches(space, out, (name) => session.fixed.has(name));
    requireActive(space, out.keys(), (name) => (out.has(name) ? out : session.fixed).get(name));
    checkAllowed(space, out);
  }
  return out;
}

function checkValue(session: Session, space: DeclaredSpace | null, name: string, value: unknown): Scalar {
  const type = typeof value;
  if (value !== null && type !== 'number' && type !== 'string' && type !== 'boolean') {
    throw new AsktellError(
      'invalid-value',
      `enqueue: ${show(name)} must be a number, string, boolean or null, not ${show(value)}.`,
    );
  }
  const known = distributionOf(session, space, name);
  // The range of a define-by-run parameter may move, but the choices of a categorical one are fixed.
  const dist = space?.index.has(name) || known?.kind === 'categorical' ? known : undefined;
  if (dist !== undefined && !contains(dist, value))
    throw new AsktellError(
      'invalid-value',
      `enqueue: ${show(name)} is ${show(value)}, which is not a member of ${describe(dist)}.`,
    );
  return (value === 0 ? 0 : value) as Scalar;
}

/** The distribution of a parameter: declared, or known from earlier trials. */
function distributionOf(session: Session, space: DeclaredSpace | null, name: string): Distribution | undefined {
  const at = space?.index.get(name);
  return at === undefined ? session.history.known(name) : space?.compiled.params[at]?.dist;
}

/** A complete point that `where` forbids is refused at once; a partial one may still be completed. */
function checkAllowed(space: DeclaredSpace, values: ReadonlyMap<string, Scalar>): void {
  const { params, allows } = space.compiled;
  if (allows === null) return;
  const x = new Float64Array(params.length).fill(Number.NaN);
  for (let i = 0; i < params.length; i++) {
    const { name, dist, when } = params[i] as (typeof params)[number];
    if (when !== null && x[when.param] !== when.choice) continue;
    if (!values.has(name)) return;
    const value = values.get(name) as Scalar;
    x[i] = toInternal(dist, value);
  }
  if (!allows(x))
    throw new AsktellError(
      'invalid-value',
      `enqueue: ${show(Object.fromEntries(values))} is forbidden by where(…). Enqueue an allowed point.`,
    );
}

/**
 * Number of a trial with exactly these parameters, enqueued or tried; `null` if there is none. Values of a range without
 * steps have a relative tolerance of 1e-5, because another program may have rounded them. Others are compared exactly.
 */
function findEnqueued(
  session: Session,
  space: DeclaredSpace | null,
  params: ReadonlyMap<string, Scalar>,
): number | null {
  const { history } = session;
  const dists = new Map([...params.keys()].map((name) => [name, distributionOf(session, space, name)]));
  for (let row = 0; row < history.size; row++) {
    const record = history.record(row);
    const known = enqueuedParams(record) ?? new Map(flatEntries(record));
    if (
      known.size === params.size &&
      [...params].every(
        ([name, value]) => known.has(name) && isSameValue(dists.get(name), known.get(name) as Scalar, value),
      )
    )
      return row;
  }
  return null;
}

/** @param dist `undefined`: not known yet. Whole numbers are then compared exactly. */
function isSameValue(dist: Distribution | undefined, a: Scalar, b: Scalar): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'number' || typeof b !== 'number') return false;
  if (dist === undefined ? Number.isInteger(a) && Number.isInteger(b) : dist.kind !== 'float') return false;
  // Sums of a step have rounding errors, so the index decides.
  if (dist?.kind === 'float' && dist.step !== null) {
    const index = indexOfInternal(dist, a);
    return index >= 0 && index === indexOfInternal(dist, b);
  }
  return Math.abs(a - b) <= 1e-5 * Math.abs(b);
}
