import type { PrunerSpec } from './run.ts';
import type { CurveTable } from './tables/curve-table.ts';

const ours = (label: string, name: string, options: PrunerSpec['options'] = {}): PrunerSpec => ({
  label,
  side: 'asktell',
  name,
  options,
});
const theirs = (label: string, name: string, options: PrunerSpec['options'] = {}): PrunerSpec => ({
  label: `Optuna: ${label}`,
  side: 'optuna',
  name,
  options,
});

/** What is compared on a table, each with the TPE sampler of its side. */
export function specsFor({ file }: CurveTable): readonly PrunerSpec[] {
  const folds: readonly PrunerSpec[] = [
    { ...ours('Wilcoxon', 'wilcoxon'), readsFolds: true },
    { ...ours('racing', 'racing'), readsFolds: true },
    { ...theirs('Wilcoxon', 'WilcoxonPruner'), readsFolds: true },
  ];
  return [
    ours('none', 'nop'),
    ours('median', 'median'),
    ours('median of 5-step means', 'median', { window: 5 }),
    ours('percentile 25', 'percentile', { percentile: 25 }),
    ours('successive halving', 'successive-halving'),
    ours('successive halving, factor 3', 'successive-halving', { reductionFactor: 3 }),
    { ...ours('successive halving, TPE at a rung', 'successive-halving'), model: 'rung' },
    ours('Hyperband', 'hyperband'),
    ours('Hyperband, fixed brackets', 'hyperband', { maxResource: file.steps }),
    { ...ours('Hyperband, TPE by bracket', 'hyperband', { maxResource: file.steps }), model: 'bracket' },
    { ...ours('Hyperband, TPE at a rung', 'hyperband', { maxResource: file.steps }), model: 'rung' },
    ours('PASHA', 'pasha'),
    ours('learning curve', 'learning-curve'),
    { ...ours('learning curve, TPE at a rung', 'learning-curve'), model: 'rung' },
    ours('median, patient', 'patient', { base: { name: 'median', version: 1, options: {} }, patience: 2 }),
    theirs('none', 'NopPruner'),
    theirs('median', 'MedianPruner'),
    theirs('percentile 25', 'PercentilePruner', { percentile: 25 }),
    theirs('successive halving', 'SuccessiveHalvingPruner'),
    theirs('Hyperband', 'HyperbandPruner'),
    ...(file.step === 'fold' ? folds : []),
  ];
}
