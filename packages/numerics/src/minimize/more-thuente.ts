/** Sufficient decrease: f(t) <= f(0) + decrease · t · f'(0). */
const decrease = 1e-3;
/** Curvature: |f'(t)| <= flatness · |f'(0)|. */
const flatness = 0.9;
/** The search stops if the interval of uncertainty is narrower than this fraction of its upper end. */
const narrowest = 1e-10;
/** Minimum and maximum growth of a step while the minimum is not bracketed. */
const growthLeast = 1.1;
const growthMost = 4;
/** Factor by which a step is shortened if the function is not finite there. */
const retreat = 0.3;

/**
 * A step t along a descent direction that satisfies the strong Wolfe conditions: the line search of Moré & Thuente, Line search
 * algorithms with guaranteed sufficient decrease, ACM TOMS 20 (1994). If the function is not finite at a step, the step is shortened, and
 * steps of this length are not tried again.
 *
 * The caller evaluates the function. It calls `start`, then `next` with the value and the slope at {@link step} while `next` returns
 * 'more'.
 */
export class MoreThuente {
  /** The step to evaluate next. */
  step = 0;
  /** The best step so far that decreases the function, initially 0. */
  best = 0;

  #initial = 0;
  #slope = 0;
  #longest = 0;
  /** The interval of uncertainty: the best step and the other end, with value and slope. */
  #bestValue = 0;
  #bestSlope = 0;
  #other = 0;
  #otherValue = 0;
  #otherSlope = 0;
  #isBracketed = false;
  #isFirstStage = true;
  /** Bounds of the next step. */
  #low = 0;
  #high = 0;
  #width = 0;
  #widthBefore = 0;

  /**
   * @param value f(0)
   * @param slope f'(0), negative
   * @param step the first step to try, at most `longest`
   */
  start(value: number, slope: number, step: number, longest: number): void {
    this.step = step;
    this.best = 0;
    this.#initial = value;
    this.#slope = slope;
    this.#longest = longest;
    this.#bestValue = value;
    this.#bestSlope = slope;
    this.#other = 0;
    this.#otherValue = value;
    this.#otherSlope = slope;
    this.#isBracketed = false;
    this.#isFirstStage = true;
    this.#low = 0;
    this.#high = Math.min(longest, step * (1 + growthMost));
    this.#width = longest;
    this.#widthBefore = 2 * longest;
  }

  /**
   * @param value f(step)
   * @param slope f'(step)
   * @returns 'done' if the step satisfies both conditions, or is the longest one and the function still decreases; 'stuck' if rounding
   *   errors prevent progress
   */
  next(value: number, slope: number): 'more' | 'done' | 'stuck' {
    if (!Number.isFinite(value) || !Number.isFinite(slope)) return this.#retreat();
    const { step } = this;
    const lower = decrease * this.#slope;
    const line = this.#initial + step * lower;
    if (value <= line && Math.abs(slope) <= -flatness * this.#slope) {
      this.#take(step, value, slope);
      return 'done';
    }
    if (step >= this.#longest && value <= line && slope <= lower) {
      this.#take(step, value, slope);
      return 'done';
    }
    if (this.#isFirstStage && value <= line && slope >= 0) this.#isFirstStage = false;
    // The first stage minimises f(t) - f(0) - decrease t f'(0) until it has bracketed a minimum.
    const tilt = this.#isFirstStage && value <= this.#bestValue && value > line ? lower : 0;
    this.#narrow(value, slope, tilt);
    if (this.#isBracketed) {
      if (Math.abs(this.#other - this.best) >= 0.66 * this.#widthBefore)
        this.step = this.best + 0.5 * (this.#other - this.best);
      this.#widthBefore = this.#width;
      this.#width = Math.abs(this.#other - this.best);
      this.#low = Math.min(this.best, this.#other);
      this.#high = Math.max(this.best, this.#other);
      const isNarrow = this.#high - this.#low <= narrowest * this.#high;
      if (isNarrow || !(this.step > this.#low && this.step < this.#high)) return 'stuck';
    } else {
      this.#low = this.step + growthLeast * (this.step - this.best);
      this.#high = this.step + growthMost * (this.step - this.best);
    }
    this.step = Math.min(this.step, this.#longest);
    return this.step > 0 && this.step !== step ? 'more' : 'stuck';
  }

  #take(step: number, value: number, slope: number): void {
    this.best = step;
    this.#bestValue = value;
    this.#bestSlope = slope;
  }

  #retreat(): 'more' | 'stuck' {
    const { best, step } = this;
    const shorter = best + retreat * (step - best);
    if (!(shorter > best && shorter < step)) return 'stuck';
    this.#longest = shorter;
    this.#high = Math.min(this.#high, shorter);
    this.#low = Math.min(this.#low, best);
    this.step = shorter;
    return 'more';
  }

  /** Section 4 of the paper: the next step by safeguarded interpolation, and the next interval. */
  #narrow(value: number, slope: number, tilt: number): void {
    const { best, step } = this;
    const fx = this.#bestValue - best * tilt;
    const dx = this.#bestSlope - tilt;
    const fp = value - step * tilt;
    const dp = slope - tilt;
    const turns = dp * Math.sign(dx) < 0;
    let next: number;
    if (fp > fx) {
      const cubic = step + cubicRatio(best, fx, dx, step, fp, dp) * (best - step);
      const quadratic = best + (0.5 * dx * (step - best)) / ((fx - fp) / (step - best) + dx);
      next = Math.abs(cubic - best) < Math.abs(quadratic - best) ? cubic : cubic + 0.5 * (quadratic - cubic);
      this.#isBracketed = true;
    } else if (turns) {
      const cubic = step + cubicRatio(best, fx, dx, step, fp, dp) * (best - step);
      const secant = step + (dp / (dp - dx)) * (best - step);
      next = Math.abs(cubic - step) > Math.abs(secant - step) ? cubic : secant;
      this.#isBracketed = true;
    } else if (Math.abs(dp) < Math.abs(dx)) next = this.#beyond(fx, dx, fp, dp);
    else if (this.#isBracketed) {
      const fy = this.#otherValue - this.#other * tilt;
      const dy = this.#otherSlope - tilt;
      next = step + cubicRatio(this.#other, fy, dy, step, fp, dp) * (this.#other - step);
    } else next = step > best ? this.#high : this.#low;
    if (fp > fx) {
      this.#other = step;
      this.#otherValue = value;
      this.#otherSlope = slope;
    } else {
      if (turns) {
        this.#other = best;
        this.#otherValue = this.#bestValue;
        this.#otherSlope = this.#bestSlope;
      }
      this.#take(step, value, slope);
    }
    this.step = next;
  }

  /** The slope is flatter and has the same sign, so the minimum lies beyond the step. */
  #beyond(fx: number, dx: number, fp: number, dp: number): number {
    const { best, step } = this;
    const ratio = cubicRatio(best, fx, dx, step, fp, dp);
    const cubic = ratio < 0 ? step + ratio * (best - step) : step > best ? this.#high : this.#low;
    const secant = step + (dp / (dp - dx)) * (best - step);
    const isCubicNearer = Math.abs(cubic - step) < Math.abs(secant - step);
    if (!this.#isBracketed) return Math.max(this.#low, Math.min(this.#high, isCubicNearer ? secant : cubic));
    const near = isCubicNearer ? cubic : secant;
    const limit = step + 0.66 * (this.#other - step);
    return step > best ? Math.min(limit, near) : Math.max(limit, near);
  }
}

/** The r for which the cubic with these values and slopes at a and b has its minimum at b + r (a - b). Can be infinite; NaN if there is none. */
function cubicRatio(a: number, fa: number, da: number, b: number, fb: number, db: number): number {
  const theta = (3 * (fa - fb)) / (b - a) + da + db;
  const unit = Math.max(Math.abs(theta), Math.abs(da), Math.abs(db));
  const square = (theta / unit) ** 2 - (da / unit) * (db / unit);
  const gamma = (b > a ? -unit : unit) * Math.sqrt(Math.max(0, square));
  return (gamma - db + theta) / (gamma - db + gamma + da);
}
