import { fromUnit, type Sampler, toExternal, toUnit } from 'asktell';

/** Samples near the best trial so far, and anywhere one time in ten. The state is the number of the best trial. */
export const nearBest: Sampler<{ best: number }> = {
  name: 'near-best',
  config: { version: 1, options: {} },
  supports: {},
  fold: {
    init: () => ({ best: -1 }),
    absorb(state, row, { history }) {
      if (history.state(row) !== 'complete' || (history.violation[row] as number) > 0) return;
      const sign = history.directions[0] === 'maximize' ? -1 : 1;
      const loss = (trial: number): number => sign * (history.values(0)[trial] as number);
      if (state.best < 0 || loss(row) < loss(state.best)) state.best = row;
    },
    clone: (state) => ({ ...state }),
  },
  sampleOne({ best }, ctx, name, dist) {
    const rng = ctx.rng(name);
    // NaN: there is no best trial yet, or it does not have the parameter.
    const x = best < 0 || rng.float() < 0.1 ? Number.NaN : ctx.history.value(best, name);
    const u = Number.isNaN(x) ? rng.float() : toUnit(dist, x) + 0.05 * rng.normal();
    return toExternal(dist, fromUnit(dist, Math.min(Math.max(u, 0), 1)));
  },
};
