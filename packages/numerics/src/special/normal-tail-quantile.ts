import { log } from '../elementary/log.ts';
import { erfcx } from './erfcx.ts';
import { quantileFarTail, quantileFarthestTail, quantileTail } from './rationals.ts';

const LOG_2PI = 1.8378770664093453;
const SQRT_HALF_PI = 1.2533141373155003;

/** The x > 0 with log Φ(−x) = logP, for logP ≤ log 0.077. NaN for NaN. */
export function tailQuantile(logP: number): number {
  const r = Math.sqrt(-logP);
  if (r <= 5) return quantileTail(r - 1.6);
  if (r <= 11) return quantileFarTail(r - 5);
  if (r <= 27) return quantileFarthestTail(r - 11);
  // log Φ(−x) equals −x²/2 in double precision.
  if (!(r <= 1e10)) return Math.SQRT2 * r;
  return refined(logP);
}

/**
 * One Newton step from the asymptotic series x² = −2 logP − log 2π − log x² − 2/x² + …, which has eight correct digits here. The step
 * squares the error and divides it by 2x.
 */
function refined(logP: number): number {
  const s = -2 * logP - LOG_2PI;
  const t = s - log(s);
  const x = Math.sqrt(s - log(t) - 2 / t);
  const scaled = erfcx(x * Math.SQRT1_2);
  const logTail = -0.5 * x * x + log(0.5 * scaled);
  return x + (logTail - logP) * SQRT_HALF_PI * scaled;
}
