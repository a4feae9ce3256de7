import { checkOptions } from '../checks/checks.ts';
import { describe, isSingle, nthInternal, requireInternal, toExternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import { categorical, type FloatOptions, float, type IntOptions, int } from '../distribution/validate.ts';
import { AsktellError, show } from '../errors.ts';
import type { Json } from '../json.ts';
import { newAbortController, type Signal } from '../platform.ts';
import type { FlatParams } from '../space/infer.ts';
import { checkAttr } from './attribute-value.ts';
import {
  checkConstraint,
  checkMetrics,
  checkReport,
  type MetricValues,
  type ReportOptions,
  reportChecks,
} from './measurement-checks.ts';
import { type StepsOptions, type TrialStep, trialSteps } from './steps.ts';

/**
 * A trial with given parameters and no study, for running an objective in a test or on a known result. `suggest*` check
 * the given values against the range and return them. Reports are kept. `shouldPrune` is always false.
 * @example await objective(new FixedTrial({ x: 0.3 }))
 */
export class FixedTrial<P extends object = FlatParams> {
  readonly number: number;
  readonly params: P;
  readonly userAttrs: { [key: string]: Json } = {};
  readonly intermediateValues: Map<number, number> = new Map();
  /** Reported values of named metrics by name and step. */
  readonly intermediateMetrics: { [metric: string]: Map<number, number> } = {};
  readonly constraints: { [name: string]: number } = {};
  readonly #flat: ReadonlyMap<string, Scalar>;

  /** @param params flat or nested: `group: { x: 1 }` is the parameter `group.x` */
  constructor(params: P, number = 0) {
    this.params = params;
    this.number = number;
    const flat = new Map<string, Scalar>();
    flatten(flat, params as { readonly [key: string]: unknown }, '');
    this.#flat = flat;
  }

  /** Never aborted. */
  get signal(): Signal {
    return newAbortController().signal;
  }

  /** @throws AsktellError `invalid-argument` when the value was not given, `invalid-value` when it is out of range */
  suggestFloat(name: string, low: number, high: number, options?: FloatOptions): number {
    return this.#value(name, float(low, high, options)) as number;
  }

  suggestInt(name: string, low: number, high: number, options?: IntOptions): number {
    return this.#value(name, int(low, high, options)) as number;
  }

  suggestCategorical<const C extends readonly Scalar[]>(name: string, choices: C): C[number] {
    return this.#value(name, categorical(choices)) as C[number];
  }

  #value(name: string, dist: Distribution): Scalar {
    if (this.#flat.has(name)) return toExternal(dist, requireInternal(dist, name, this.#flat.get(name)));
    if (isSingle(dist)) return toExternal(dist, nthInternal(dist, 0));
    throw new AsktellError(
      'invalid-argument',
      `FixedTrial: no value was given for ${show(name)} (${describe(dist)}). The given parameters are ${[...this.#flat.keys()].join(', ') || 'none'}.`,
    );
  }

  async report(value: number | MetricValues, step: number, options: ReportOptions = {}): Promise<void> {
    checkReport(value, step);
    checkOptions('report', options, reportChecks);
    if (typeof value === 'number') {
      if (!this.intermediateValues.has(step)) this.intermediateValues.set(step, value);
      return;
    }
    checkMetrics(value, null);
    for (const [metric, reported] of Object.entries(value)) {
      if (!Object.hasOwn(this.intermediateMetrics, metric)) this.intermediateMetrics[metric] = new Map();
      const values = this.intermediateMetrics[metric] as Map<number, number>;
      if (!values.has(step)) values.set(step, reported as number);
    }
  }

  async shouldPrune(): Promise<boolean> {
    return false;
  }

  /** Always false. */
  get isPruned(): boolean {
    return false;
  }

  /** @throws AsktellError `invalid-argument` */
  steps(options: StepsOptions = {}): AsyncGenerator<TrialStep, void, undefined> {
    const { signal } = this;
    const reportStep = this.report.bind(this);
    return trialSteps({ signal, isPruned: false, cancellation: null, throwsWhenPruned: false, reportStep }, options);
  }

  async setUserAttr(key: string, value: Json): Promise<void> {
    this.userAttrs[key] = checkAttr(key, value);
  }

  async setConstraint(name: string, value: number): Promise<void> {
    checkConstraint('setConstraint', name, value);
    this.constraints[name] = value;
  }
}

function flatten(out: Map<string, Scalar>, params: { readonly [key: string]: unknown }, path: string): void {
  for (const [key, value] of Object.entries(params)) {
    if (typeof value !== 'object' || value === null) {
      out.set(path + key, value as Scalar);
      continue;
    }
    const { type, ...rest } = value as { readonly [key: string]: unknown };
    if (type !== undefined) out.set(path + key, type as Scalar);
    flatten(out, rest, type === undefined ? `${path}${key}.` : `${path}${key}.${String(type)}.`);
  }
}
