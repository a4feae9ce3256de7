/**
 * A trading rule on twenty years of the S&P 500, as it would have been tuned at the time. The rule holds the index while a fast
 * moving average is above a slow one. `walkForward` tunes both windows on the past, and measures them on the period that
 * follows. Picking the best of many rules on the same prices is how one fools oneself: compare the two columns.
 */
import { createStudy, int } from 'asktell';
import { overfitReport, walkForward } from 'asktell/ml';
import { dailyPrices } from './data/prices.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { plot } from './support/plot.ts';

const { close, dates } = dailyPrices();
const trials = trialsFromArguments(40);
/** A change of position costs this share. */
const fee = 0.0005;
const year = 252;

const sums = new Float64Array(close.length + 1);
for (const [day, price] of close.entries()) sums[day + 1] = (sums[day] as number) + price;
/** The mean price of the days before `day`. */
const average = (day: number, days: number): number => ((sums[day] as number) - (sums[day - days] as number)) / days;

/** The daily logarithmic returns of the rule. The position of a day is decided from the prices of the days before. */
function returns({ fast, slow }: { readonly fast: number; readonly slow: number }, days: ArrayLike<number>): number[] {
  let held = 0;
  return Array.from(days, (day) => {
    if (day <= slow) return 0;
    const position = average(day, fast) > average(day, slow) ? 1 : 0;
    const cost = position === held ? 0 : fee;
    held = position;
    return position * Math.log((close[day] as number) / (close[day - 1] as number)) - cost;
  });
}

const buyAndHold = (days: ArrayLike<number>): number[] =>
  Array.from(days, (day) => (day === 0 ? 0 : Math.log((close[day] as number) / (close[day - 1] as number))));
const yearly = (daily: readonly number[]): number => (year * daily.reduce((a, b) => a + b, 0)) / daily.length;

const periods: string[] = [];
const worth: number[] = [0];
const table = await walkForward({
  samples: close.length,
  windows: { folds: 8, testSize: 2 * year, maxTrainSize: 4 * year },
  seed: 1,
  search: async ({ train, seed }) => {
    const study = await createStudy({ space: { fast: int(2, 60), slow: int(61, 250) }, direction: 'maximize', seed });
    await study.optimize((trial) => yearly(returns(trial.params, train)), { trials });
    return study;
  },
  evaluate: (params, { test }) => {
    periods.push(`${dates[test[0] as number]} to ${dates[test.at(-1) as number]}`);
    const daily = returns(params, test);
    for (const value of daily) worth.push((worth.at(-1) as number) + value);
    return daily.map((value) => year * value);
  },
  baseline: ({ test }) => buyAndHold(test).map((value) => year * value),
});
console.log('yearly logarithmic return of the rule that was best in the four years before');
console.log(String(table));
console.log(`\nfold 0 is ${periods[0]}, fold 7 is ${periods[7]}`);
console.log('\nlogarithm of the worth of one dollar, out of sample');
console.log(plot(worth));
console.log(`\nThe baseline holds the index all the time.\n${overfitReport(table)}`);
