/**
 * The support vector machine of `npm start` in a few lines: `StudySearchCV` divides the rows, stops weak candidates between
 * folds, fits the winner to all rows, and says what its score is worth on days that the search did not see. The study is stored
 * in svm-search.db. Run it again, or after a kill, to continue.
 *
 *   node examples/dist/svm-search.js [trials]
 */
import { float, int, oneOf } from 'asktell';
import { StudySearchCV } from 'asktell/ml';
import { seattleWeather } from './data/seattle-weather.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { loadSvm } from './support/libsvm.ts';
import { bestSoFar, plot } from './support/plot.ts';
import { short, table } from './support/table.ts';

const { features, labels } = seattleWeather();
const svm = await loadSvm();
const space = {
  kernel: oneOf({
    linear: { cost: float(1e-2, 1e2, { log: true }) },
    rbf: { cost: float(1e-2, 1e3, { log: true }), gamma: float(1e-3, 1e1, { log: true }) },
    poly: { cost: float(1e-2, 3e1, { log: true }), gamma: float(1e-3, 0.3, { log: true }), degree: int(2, 3) },
  }),
};
// Snow is rare: 26 days of 1,461. Stratified folds keep its share.
const search = new StudySearchCV(({ kernel: { type, ...numbers } }) => svm({ kernel: type, ...numbers }), space, {
  trials: trialsFromArguments(40),
  holdOut: 0.2,
  seed: 1,
  storage: 'svm-search.db',
  progress: true,
});
await search.fit(features, labels);

const { meanTestScore, stdTestScore, state, rankTestScore, params } = search.cvResults;
const percent = (value: number | undefined): string => `${(100 * (value as number)).toFixed(2)}%`;
const order = [...params.keys()].filter((i) => state[i] === 'complete');
order.sort((a, b) => (rankTestScore?.[a] as number) - (rankTestScore?.[b] as number));
console.log('\nbest candidates');
console.log(
  table(
    order.slice(0, 5).map((i) => {
      const { type, cost, ...rest } = (params[i] as (typeof params)[number]).kernel;
      const others = Object.entries(rest).map(([name, value]) => `${name} ${short(value)}`);
      return {
        accuracy: percent(meanTestScore?.[i]),
        spread: percent(stdTestScore?.[i]),
        kernel: type,
        C: short(cost),
        others: others.join(', '),
      };
    }),
  ),
);
console.log(
  `\nbest accuracy over ${params.length} candidates, ${state.filter((word) => word === 'pruned').length} of them pruned`,
);
console.log(plot(bestSoFar([...(meanTestScore as Float64Array)])));
console.log(`\n${search.report}`);
await search.close();
