import { type Samples, shuffled } from './vega-data.ts';

export interface NetworkOptions {
  readonly rate: number;
  readonly momentum: number;
  readonly hidden: number;
  readonly batch: number;
  readonly decay: number;
}

/** A layer of weights with a bias each, its gradient and its velocity. */
interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float64Array;
  readonly gradient: Float64Array;
  readonly velocity: Float64Array;
}

function layer(inputs: number, outputs: number, random: () => number): Layer {
  const size = (inputs + 1) * outputs;
  const bound = Math.sqrt(6 / (inputs + outputs));
  const weights = Float64Array.from({ length: size }, (_, i) =>
    i % (inputs + 1) === inputs ? 0 : bound * (2 * random() - 1),
  );
  return { inputs, outputs, weights, gradient: new Float64Array(size), velocity: new Float64Array(size) };
}

function forward({ inputs, outputs, weights }: Layer, x: ArrayLike<number>, out: Float64Array): void {
  for (let o = 0; o < outputs; o++) {
    const from = o * (inputs + 1);
    let sum = weights[from + inputs] as number;
    for (let i = 0; i < inputs; i++) sum += (weights[from + i] as number) * (x[i] as number);
    out[o] = sum;
  }
}

function backward(
  { inputs, outputs, weights, gradient }: Layer,
  x: ArrayLike<number>,
  error: Float64Array,
): Float64Array {
  const before = new Float64Array(inputs);
  for (let o = 0; o < outputs; o++) {
    const from = o * (inputs + 1);
    const e = error[o] as number;
    for (let i = 0; i < inputs; i++) {
      gradient[from + i] = (gradient[from + i] as number) + e * (x[i] as number);
      before[i] = (before[i] as number) + e * (weights[from + i] as number);
    }
    gradient[from + inputs] = (gradient[from + inputs] as number) + e;
  }
  return before;
}

function step({ weights, gradient, velocity }: Layer, { rate, momentum, decay }: NetworkOptions, batch: number): void {
  for (let i = 0; i < weights.length; i++) {
    const slope = (gradient[i] as number) / batch + decay * (weights[i] as number);
    velocity[i] = momentum * (velocity[i] as number) - rate * slope;
    weights[i] = (weights[i] as number) + (velocity[i] as number);
    gradient[i] = 0;
  }
}

/** Turns scores into probabilities, in place. Returns the one of the right class. */
function softmax(scores: Float64Array, right: number): number {
  const most = scores.reduce((a, b) => Math.max(a, b));
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    scores[i] = Math.exp((scores[i] as number) - most);
    sum += scores[i] as number;
  }
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / sum;
  return scores[right] as number;
}

/**
 * Trains a network with one hidden layer by stochastic gradient descent with momentum.
 * @returns the mean cross-entropy on the test samples after each epoch
 */
export function networkCurve(
  train: Samples,
  test: Samples,
  classes: number,
  epochs: number,
  options: NetworkOptions,
  random: () => number,
): number[] {
  const inputs = train.features[0]?.length ?? 0;
  const [first, second] = [layer(inputs, options.hidden, random), layer(options.hidden, classes, random)];
  const hidden = new Float64Array(options.hidden);
  const scores = new Float64Array(classes);
  const predict = (x: readonly number[], right: number): number => {
    forward(first, x, hidden);
    for (let i = 0; i < hidden.length; i++) hidden[i] = Math.tanh(hidden[i] as number);
    forward(second, hidden, scores);
    return softmax(scores, right);
  };
  return Array.from({ length: epochs }, () => {
    const order = shuffled(train.targets.length, random);
    order.forEach((row, i) => {
      const x = train.features[row] as readonly number[];
      const right = train.targets[row] as number;
      predict(x, right);
      scores[right] = (scores[right] as number) - 1;
      const error = backward(second, hidden, scores);
      for (let h = 0; h < error.length; h++) error[h] = (error[h] as number) * (1 - (hidden[h] as number) ** 2);
      backward(first, x, error);
      const inBatch = (i % options.batch) + 1;
      if (inBatch < options.batch && i + 1 < order.length) return;
      step(first, options, inBatch);
      step(second, options, inBatch);
    });
    const losses = test.features.map((x, i) => -Math.log(Math.max(1e-9, predict(x, test.targets[i] as number))));
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  });
}
