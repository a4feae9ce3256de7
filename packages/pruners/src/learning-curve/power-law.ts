import { normalCdf } from '@asktell/numerics';
import { exp, log, log1p, pow } from '@asktell/numerics/elementary';

/** Exponents of the power laws. */
const exponents: readonly number[] = [0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.4, 2];

/**
 * Lower bound of the sum of squared residuals, relative to the spread of the curve, so that a perfect fit is not
 * certain.
 */
const leastSquares = 1e-10;

/**
 * Maximum number of points in a fit. Of a longer curve, every second, third … point is used, including the last one.
 */
const mostPoints = 64;

/**
 * The probability that a curve ends below a value, from power laws y = a + b t^-c. For each exponent c, a least-squares
 * line through the points (t^-c, y) predicts the end with a Student's t distribution. The exponents are weighted by the
 * likelihood of their fits. Source: Domhan et al., Speeding Up Automatic Hyperparameter Optimization of Deep Neural
 * Networks by Extrapolation of Learning Curves (2015), with one family of curves instead of eleven.
 *
 * @param times ascending, from 1 on, at least four
 * @param values parallel to `times`, finite
 * @param end when the curve ends
 * @returns a probability
 */
export function chanceBelow(target: number, times: Float64Array, values: Float64Array, end: number): number {
  const stride = Math.ceil(times.length / mostPoints);
  const first = (times.length - 1) % stride;
  const n = Math.floor((times.length - 1 - first) / stride) + 1;
  // Relative to the last value and to the spread of the curve, so that squares neither overflow nor vanish.
  const origin = values[values.length - 1] as number;
  let scale = 0;
  for (let i = first; i < times.length; i += stride) scale = Math.max(scale, Math.abs((values[i] as number) - origin));
  if (scale === 0) scale = Math.abs(origin) || 1;
  const goal = (target - origin) / scale;
  const chances = new Float64Array(exponents.length);
  const logWeights = new Float64Array(exponents.length);
  exponents.forEach((exponent, k) => {
    let [meanX, meanY, squares, products, total] = [0, 0, 0, 0, 0];
    for (let i = first, count = 1; i < times.length; i += stride, count++) {
      const x = pow(times[i] as number, -exponent);
      const y = ((values[i] as number) - origin) / scale;
      const dx = x - meanX; // Welford's updates
      const dy = y - meanY;
      meanX += dx / count;
      meanY += dy / count;
      squares += dx * (x - meanX);
      products += dx * (y - meanY);
      total += dy * (y - meanY);
    }
    const slope = squares > 0 ? products / squares : 0;
    const distance = pow(end, -exponent) - meanX;
    const variance = Math.max(total - slope * products, leastSquares) / (n - 2);
    const spread = Math.sqrt(variance * (1 + 1 / n + (squares > 0 ? (distance * distance) / squares : 0)));
    chances[k] = studentCdf((goal - (meanY + slope * distance)) / spread, n - 2);
    logWeights[k] = (-(n - 2) / 2) * log(variance);
  });
  const most = Math.max(...logWeights);
  let [sum, weights] = [0, 0];
  for (let k = 0; k < exponents.length; k++) {
    const weight = exp((logWeights[k] as number) - most);
    sum += weight * (chances[k] as number);
    weights += weight;
  }
  return sum / weights;
}

/**
 * Student's t distribution function, through a normal deviate. Wallace, Bounds on Normal Approximations to Student's
 * and the Chi-Square Distributions (1959).
 */
function studentCdf(t: number, freedom: number): number {
  const deviate = ((8 * freedom + 1) / (8 * freedom + 3)) * Math.sqrt(freedom * log1p((t * t) / freedom));
  return normalCdf(t < 0 ? -deviate : deviate);
}
