import { type ArdPenalty, lowNoisePenalty } from '@asktell/numerics';

/** The constants of the method. */
export interface GpRecipe {
  readonly arms: string;
  readonly mostStays: number;
  readonly spread: number;
  readonly near: number;
  readonly climbs: number;
  readonly localSpread: number;
  readonly localNear: number;
  readonly cap: number;
  readonly localRange: number;
  readonly noiseFloor: number;
  readonly learnNoise: boolean;
  readonly penalty: ArdPenalty;
  readonly [extra: string]: unknown;
}

export const ownRecipe: GpRecipe = {
  arms: 'glmlq',
  mostStays: 4,
  spread: 192,
  near: 64,
  climbs: 3,
  localSpread: 96,
  localNear: 64,
  cap: 3,
  localRange: 0.75,
  noiseFloor: 1e-6,
  learnNoise: true,
  penalty: lowNoisePenalty,
};
