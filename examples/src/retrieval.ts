/**
 * Weights of a hybrid search: BM25 over the words of emoji names, and vectors of letter trigrams for words that are spelled
 * differently. They are tuned on half of the queries. `holdOut` measures the winner on the other half, query by query, against BM25
 * with its usual parameters.
 */
import { createStudy, float } from 'asktell';
import { holdOut, overfitReport } from 'asktell/ml';
import { emojiSearch, type Query } from './data/emoji.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { bestSoFar, plot } from './support/plot.ts';
import { random, shuffle } from './support/random.ts';
import { Bm25, TrigramIndex } from './support/search-index.ts';

const { documents, queries } = emojiSearch();
const chosen = shuffle([...queries], random(1)).slice(0, 400);
const [tuning, unseen] = [chosen.slice(0, 200), chosen.slice(200)];
const bm25 = new Bm25(documents.map(({ words }) => words));
const trigrams = new TrigramIndex(documents.map(({ words }) => words));
const vectors = new Map(chosen.map(({ text }) => [text, trigrams.similarities(text)]));

interface Weights {
  readonly k1: number;
  readonly b: number;
  /** Share of the vectors. */
  readonly vector: number;
}

/** The reciprocal rank of the emoji that was meant; 0 if it is not among the first ten. A tie counts as a failure. */
function reciprocalRank({ text, relevant }: Query, { k1, b, vector }: Weights): number {
  const words = bm25.scores(text, k1, b);
  const letters = vectors.get(text) as Float64Array;
  const score = (i: number): number => (1 - vector) * (words[i] as number) + vector * (letters[i] as number);
  const own = score(relevant);
  if (own <= 0) return 0;
  let rank = 1;
  for (let i = 0; i < words.length; i++) if (i !== relevant && score(i) >= own) rank++;
  return rank <= 10 ? 1 / rank : 0;
}

const rate = (weights: Weights, asked: readonly Query[]): number[] =>
  asked.map((query) => reciprocalRank(query, weights));
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const study = await createStudy({
  space: { k1: float(0.2, 4), b: float(0, 1), vector: float(0, 1) },
  direction: 'maximize',
  seed: 1,
});
await study.optimize((trial) => mean(rate(trial.params, tuning)), { trials: trialsFromArguments(60) });

console.log(
  `${documents.length} emoji, ${tuning.length} queries to tune with, ${unseen.length} others to measure with`,
);
console.log('\nmean reciprocal rank, best so far');
console.log(plot(bestSoFar((await study.trials()).map(({ value }) => value as number))));
const usual = rate({ k1: 1.2, b: 0.75, vector: 0 }, unseen);
const table = await holdOut(study, (params) => rate(params, unseen), { top: 5, baseline: usual });
console.log(`\nBM25 alone: ${mean(usual).toFixed(4)} on the other queries`);
console.log(String(table));
console.log(`\n${overfitReport(table)}`);
