/** An inverted index with Okapi BM25 (Robertson and Zaragoza, The probabilistic relevance framework, 2009). */
export class Bm25 {
  readonly #postings = new Map<string, Map<number, number>>();
  readonly #lengths: readonly number[];
  readonly #meanLength: number;

  constructor(documents: readonly (readonly string[])[]) {
    this.#lengths = documents.map((words) => words.length);
    this.#meanLength = this.#lengths.reduce((a, b) => a + b, 0) / documents.length;
    for (const [i, words] of documents.entries())
      for (const word of words) {
        const counts = this.#postings.get(word) ?? new Map<number, number>();
        counts.set(i, (counts.get(i) ?? 0) + 1);
        this.#postings.set(word, counts);
      }
  }

  /** The scores of all documents for a query of words, scaled to a maximum of about 1. */
  scores(query: string, k1: number, b: number): Float64Array {
    const n = this.#lengths.length;
    const scores = new Float64Array(n);
    for (const word of query.split(' ')) {
      const counts = this.#postings.get(word);
      if (counts === undefined) continue;
      const rarity = Math.log(1 + (n - counts.size + 0.5) / (counts.size + 0.5)) / Math.log(1 + n);
      for (const [i, count] of counts) {
        const length = 1 - b + (b * (this.#lengths[i] as number)) / this.#meanLength;
        scores[i] = (scores[i] as number) + (rarity * count) / (count + k1 * length);
      }
    }
    return scores;
  }
}

/** Documents as vectors of letter trigrams, weighted by rarity. */
export class TrigramIndex {
  readonly #weights = new Map<string, number>();
  readonly #vectors: readonly ReadonlyMap<string, number>[];

  constructor(documents: readonly (readonly string[])[]) {
    const sets = documents.map((words) => new Set(words.flatMap(trigramsOf)));
    for (const set of sets)
      for (const trigram of set) this.#weights.set(trigram, (this.#weights.get(trigram) ?? 0) + 1);
    for (const [trigram, count] of this.#weights) this.#weights.set(trigram, Math.log(documents.length / count) + 0.1);
    this.#vectors = sets.map((set) => this.#unit([...set]));
  }

  /** The cosines of the query and all documents. */
  similarities(query: string): Float64Array {
    const vector = this.#unit(trigramsOf(query));
    return Float64Array.from(this.#vectors, (other) => {
      let cosine = 0;
      for (const [trigram, weight] of vector) cosine += weight * (other.get(trigram) ?? 0);
      return cosine;
    });
  }

  #unit(trigrams: readonly string[]): ReadonlyMap<string, number> {
    const weights = trigrams.map((trigram) => [trigram, this.#weights.get(trigram) ?? 0] as const);
    const length = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight ** 2, 0)) || 1;
    return new Map(weights.map(([trigram, weight]) => [trigram, weight / length]));
  }
}

function trigramsOf(word: string): string[] {
  const padded = ` ${word} `;
  return Array.from({ length: padded.length - 2 }, (_, i) => padded.slice(i, i + 3));
}
