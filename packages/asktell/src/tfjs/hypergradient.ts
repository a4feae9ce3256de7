import { AsktellError, show } from '@asktell/core';
import {
  type AdamOptions,
  HypergradientAdam,
  HypergradientNesterov,
  type HypergradientOptimizer,
  HypergradientSgd,
  type NesterovOptions,
  type RateHistory,
  type RateOptions,
} from '@asktell/ml';
import { pow } from '@asktell/numerics/elementary';
import type { NamedGradients, TensorFlow, TensorLike, TensorOperations, VariableLike } from './tensor-flow.ts';
import { TensorGroup, type TensorMethod } from './tensor-group.ts';

/** Options that all optimizers for TensorFlow.js share. */
export interface TensorOptimizerOptions {
  /**
   * The group of a variable. Each group has its own rate. Default: one group, `all`.
   * @example (name) => (name.includes('bias') ? 'biases' : 'kernels')
   */
  readonly groupOf?: (variable: string) => string;
}

/** What the optimizers have in addition to the members of `tf.Optimizer`. */
export interface TensorRates {
  /** Reads the current rate of each group, and adds it to {@link history}. Call it after each epoch, for example. */
  rates(): Promise<{ readonly [group: string]: number }>;
  /** The rates that {@link rates} has read. `reportRates(trial, optimizer)` stores them. */
  readonly history: RateHistory;
}

/**
 * SGD-HD as an optimizer of TensorFlow.js: see {@link HypergradientSgd} of `asktell/ml` for the options.
 *
 * The rates stay on the device, so a step reads nothing back. A step whose gradient is not finite leaves the rates as they
 * are.
 *
 * @param tf TensorFlow.js: the optimizer extends the class of this copy, so `model.compile` accepts it
 * @throws AsktellError `invalid-argument`
 * @example
 * import * as tf from '@tensorflow/tfjs';
 * import { hypergradientAdam } from 'asktell/tfjs';
 *
 * const optimizer = hypergradientAdam(tf, { rate: 1e-3 });
 * model.compile({ optimizer, loss: 'meanSquaredError' });
 * await model.fit(x, y, { epochs: 20 });
 * console.log(await optimizer.rates());
 */
export function hypergradientSgd<O extends object>(
  tf: TensorFlow<O>,
  options: RateOptions & TensorOptimizerOptions = {},
): O & TensorRates {
  const { groupOf, ...own } = optionsOf('hypergradientSgd', options);
  return create(tf, 'hypergradientSgd', new HypergradientSgd(own), groupOf, own, () => ({
    momentum: null,
    direction: (gradient) => ({ direction: gradient, memory: {} }),
  }));
}

/**
 * SGDN-HD as an optimizer of TensorFlow.js: see {@link hypergradientSgd}, and `HypergradientNesterov` of `asktell/ml`.
 * @throws AsktellError `invalid-argument`
 */
export function hypergradientNesterov<O extends object>(
  tf: TensorFlow<O>,
  options: NesterovOptions & TensorOptimizerOptions = {},
): O & TensorRates {
  const { groupOf, ...own } = optionsOf('hypergradientNesterov', options);
  const settings = new HypergradientNesterov(own);
  const { momentum } = settings;
  return create(tf, 'hypergradientNesterov', settings, groupOf, own, (ops) => ({
    momentum: 'velocity',
    direction: (gradient, memory) => {
      const velocity = ops.add(ops.mul(memory('velocity'), momentum), gradient);
      return { direction: ops.add(gradient, ops.mul(velocity, momentum)), memory: { velocity } };
    },
  }));
}

/**
 * Adam-HD as an optimizer of TensorFlow.js: see {@link hypergradientSgd}, and `HypergradientAdam` of `asktell/ml`.
 * @throws AsktellError `invalid-argument`
 */
export function hypergradientAdam<O extends object>(
  tf: TensorFlow<O>,
  options: AdamOptions & TensorOptimizerOptions = {},
): O & TensorRates {
  const { groupOf, ...own } = optionsOf('hypergradientAdam', options);
  // Squares of small gradients underflow in single precision, so TensorFlow.js uses a larger ε, too.
  const settings = new HypergradientAdam({ epsilon: 1e-7, ...own });
  const { beta1, beta2, epsilon } = settings;
  return create(tf, 'hypergradientAdam', settings, groupOf, own, (ops) => {
    const scaleOf = (second: TensorLike, step: number): TensorLike =>
      ops.add(ops.sqrt(ops.div(second, step > 0 ? 1 - pow(beta2, step) : 1)), epsilon);
    return {
      momentum: 'first',
      direction: (gradient, memory, hasDirection, step) => {
        const correction = 1 - pow(beta1, step);
        const going = ops.add(ops.mul(memory('first'), beta1), ops.mul(gradient, 1 - beta1));
        const first = ops.where(hasDirection, going, ops.mul(gradient, correction));
        const second = ops.add(ops.mul(memory('second'), beta2), ops.mul(ops.square(gradient), 1 - beta2));
        const scale = scaleOf(second, step);
        return { direction: ops.div(ops.div(first, correction), scale), memory: { first, second }, scale };
      },
      metric: (gradient, memory, steps) => ops.sum(ops.div(ops.square(gradient), scaleOf(memory('second'), steps))),
    };
  });
}

function optionsOf<T>(where: string, options: T): T {
  if (typeof options === 'object' && options !== null) return options;
  throw new AsktellError(
    'invalid-argument',
    `${where}: options must be an object, not ${show(options)}. Pass an object.`,
  );
}

const modules = ['tidy', 'engine', 'variable', 'scalar', 'clipByValue', 'isFinite', 'where', 'logicalAnd'] as const;

function create<O extends object>(
  tf: TensorFlow<O>,
  where: string,
  settings: HypergradientOptimizer,
  groupOf: ((variable: string) => string) | undefined,
  config: object,
  methodOf: (operations: TensorOperations) => TensorMethod,
): O & TensorRates {
  const missing = modules.find((name) => typeof (tf as TensorFlow<O> | null)?.[name] !== 'function');
  if (missing !== undefined || typeof tf.Optimizer !== 'function')
    throw new AsktellError(
      'invalid-argument',
      `${where}: the first argument must be TensorFlow.js, but it lacks ${missing ?? 'Optimizer'}. Pass tf of import * as tf from '@tensorflow/tfjs'.`,
    );
  if (groupOf !== undefined && typeof groupOf !== 'function')
    throw new AsktellError('invalid-argument', `${where}: groupOf must be a function, not ${show(groupOf)}.`);
  const operations = tf as TensorOperations;
  const method = methodOf(operations);
  const Base = tf.Optimizer as unknown as abstract new () => object;

  class HypergradientTensorOptimizer extends Base implements TensorRates {
    static readonly className = where;
    readonly #groups = new Map<string, TensorGroup>();
    readonly #known = new Map<string, TensorGroup>();
    readonly #steps: number[] = [];
    readonly #rates = new Map<string, number[]>();
    #step = 0;

    /** Called by `minimize` and `model.fit`. */
    applyGradients(gradients: NamedGradients): void {
      tf.tidy(() => {
        const byGroup = this.#byGroup(gradients);
        this.#step++;
        for (const [group, entries] of byGroup) group.step(entries, this.#step);
      });
      (this as unknown as { incrementIterations(): void }).incrementIterations();
    }

    async rates(): Promise<{ readonly [group: string]: number }> {
      const step = this.#step;
      const read = await Promise.all(
        [...this.#groups].map(async ([name, group]) => [name, await group.rate()] as const),
      );
      if (step > 0 && this.#steps.at(-1) !== step) {
        this.#steps.push(step);
        for (const [name, rate] of read) {
          const column = this.#rates.get(name) ?? [];
          this.#rates.set(name, column);
          column.push(rate);
        }
      }
      return Object.fromEntries(read);
    }

    get history(): RateHistory {
      return {
        steps: [...this.#steps],
        rates: Object.fromEntries([...this.#rates].map(([name, column]) => [name, [...column]])),
      };
    }

    getConfig(): object {
      return { ...config };
    }

    dispose(): void {
      for (const group of this.#groups.values()) group.dispose();
      this.#groups.clear();
      this.#known.clear();
    }

    /** The variables with a gradient, by group. */
    #byGroup(gradients: NamedGradients): Map<TensorGroup, [string, VariableLike, TensorLike][]> {
      const entries = Array.isArray(gradients)
        ? gradients.map(({ name, tensor }) => [name, tensor] as const)
        : Object.entries(gradients as { readonly [name: string]: TensorLike });
      const byGroup = new Map<TensorGroup, [string, VariableLike, TensorLike][]>();
      const { registeredVariables } = tf.engine();
      for (const [name, gradient] of entries) {
        const variable = registeredVariables[name];
        if (variable === undefined)
          throw new AsktellError('invalid-argument', `${where}: the gradient names an unknown variable ${show(name)}.`);
        if (gradient === null || gradient === undefined) continue;
        const group = this.#groupOf(name);
        const list = byGroup.get(group) ?? [];
        byGroup.set(group, list);
        list.push([name, variable, gradient]);
      }
      return byGroup;
    }

    #groupOf(variable: string): TensorGroup {
      const known = this.#known.get(variable);
      if (known !== undefined) return known;
      const name = groupOf === undefined ? 'all' : groupOf(variable);
      if (typeof name !== 'string')
        throw new AsktellError(
          'invalid-argument',
          `${where}: groupOf(${show(variable)}) must return the name of a group, not ${show(name)}.`,
        );
      const start = settings.startOf(name); // throws for an unknown group
      const group = this.#groups.get(name) ?? new TensorGroup(operations, settings.rule, start, method);
      this.#groups.set(name, group);
      this.#known.set(variable, group);
      return group;
    }
  }
  return new HypergradientTensorOptimizer() as unknown as O & TensorRates;
}
