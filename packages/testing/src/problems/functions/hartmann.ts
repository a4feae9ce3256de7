import { cube, type TestFunction } from './test-function.ts';

const heights = [1, 1.2, 3, 3.2];

/**
 * −Σ heights_k exp(−Σ_i steepness[k][i] (z_i − centres[k][i])²). The minimum lies between the centres, so it is global on
 * R^n.
 */
function hartmann(
  name: string,
  steepness: readonly (readonly number[])[],
  centres: readonly (readonly number[])[],
  minimizer: readonly number[],
): TestFunction {
  return {
    name,
    family: 'multimodal',
    box: cube(0, 1),
    evaluate(z) {
      let total = 0;
      for (let k = 0; k < heights.length; k++) {
        let exponent = 0;
        for (let i = 0; i < z.length; i++) {
          const away = (z[i] as number) - (centres[k]?.[i] as number);
          exponent += (steepness[k]?.[i] as number) * away * away;
        }
        total -= (heights[k] as number) * Math.exp(-exponent);
      }
      return total;
    },
    minimizer: () => minimizer,
  };
}

/** Four Gaussian wells in three dimensions (Hartman 1973). Minimum −3.86278. */
export const hartmann3: TestFunction = hartmann(
  'hartmann3',
  [
    [3, 10, 30],
    [0.1, 10, 35],
    [3, 10, 30],
    [0.1, 10, 35],
  ],
  [
    [0.3689, 0.117, 0.2673],
    [0.4699, 0.4387, 0.747],
    [0.1091, 0.8732, 0.5547],
    [0.0381, 0.5743, 0.8828],
  ],
  [0.11458887665506896, 0.5556488946169301, 0.8525469846866774],
);

/** Four Gaussian wells in six dimensions (Hartman 1973). Minimum −3.32237. */
export const hartmann6: TestFunction = hartmann(
  'hartmann6',
  [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
  ],
  [
    0.20168951100670543, 0.15001069182345797, 0.47687397422189703, 0.2753324304940561, 0.31165161660011326,
    0.6573005340656204,
  ],
);
