/**
 * Two nested problems: hyperparameters λ that minimise g(x*(λ), λ), where x*(λ) minimises h(x, λ). For example h is a
 * penalised training loss, g a validation loss, and λ the logarithm of the strength of the penalty. h must be twice
 * differentiable and strictly convex near its minimum.
 *
 * The functions write their results into the arrays that they get, and must not keep references to them.
 */
export interface BilevelProblem {
  /** Length of x. */
  readonly dimensions: number;
  /** Length of λ. */
  readonly hyperparameters: number;
  /** Returns h(x, λ) and writes ∂h/∂x. */
  inner(x: Float64Array, lambda: Float64Array, gradient: Float64Array): number;
  /** Returns g(x, λ), and writes ∂g/∂x and ∂g/∂λ for fixed x. The latter is 0 for a validation loss. */
  outer(x: Float64Array, lambda: Float64Array, gradient: Float64Array, lambdaGradient: Float64Array): number;
  /** Writes (∂²h/∂x²) v, which has the length of x. */
  hessianProduct(x: Float64Array, lambda: Float64Array, v: Float64Array, product: Float64Array): void;
  /** Writes (∂²h/∂λ∂x) v, which has the length of λ: entry j is the derivative of (∂h/∂x · v) with respect to λ_j. */
  crossProduct(x: Float64Array, lambda: Float64Array, v: Float64Array, product: Float64Array): void;
}
