import type { Ask } from '../ask.ts';
import type { Steps } from '../steps.ts';
import { localModel } from './local.ts';
import { surroundings } from './surroundings.ts';

/** With fewer observations, a model cannot tell noise from an uneven objective. */
const least = 10;
/** Noise matters above this share of the variance of a model. If there is none, the learned share is below 1e-5. */
const leastShare = 1e-3;
/** Minimum ratio between the standard deviations of the noise near the best point and everywhere. */
const leastRatio = 0.3;

/**
 * Whether the values have noise that was not told. Models learn the noise, but they also take for noise what they cannot fit.
 * Real noise is about the same everywhere, so a model of the surroundings of the best point must agree. With told errors, the
 * incumbent is a posterior mean already, and the best points are better taken by value.
 */
export function* hasNoise(ask: Ask): Steps<boolean> {
  const { models, valued } = ask.state;
  if (valued.length < least || valued.some(({ errors }) => errors !== null)) return false;
  const everywhere = yield* models.noise(valued);
  if (everywhere.share < leastShare) return false;
  const { process, scale } = yield* localModel(ask, surroundings(ask));
  let noise = process.noise;
  for (let i = 0; i < process.observations; i++) noise += (process.variances[i] as number) / process.observations;
  return noise > leastShare && scale * Math.sqrt(noise) > leastRatio * everywhere.deviation;
}
