import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/** A document to find. */
export interface Emoji {
  readonly symbol: string;
  /** Its name and group, as words. */
  readonly words: readonly string[];
}

/** A query with the index of the emoji that it should find. */
export interface Query {
  readonly text: string;
  readonly relevant: number;
}

/**
 * 1,900 emoji with their Unicode names, and a query for each: the first keywords that people added to it by hand. From the
 * packages unicode-emoji-json and emojilib.
 */
export function emojiSearch(): { readonly documents: readonly Emoji[]; readonly queries: readonly Query[] } {
  const names = load('unicode-emoji-json/data-by-emoji.json') as {
    readonly [symbol: string]: { readonly name: string; readonly group: string };
  };
  const keywords = load('emojilib/dist/emoji-en-US.json') as { readonly [symbol: string]: readonly string[] };
  const documents = Object.entries(names).map(([symbol, { name, group }]) => ({
    symbol,
    words: `${name} ${group}`.toLowerCase().match(/[a-z]+/g) ?? [],
  }));
  const queries = documents.flatMap(({ symbol }, relevant) => {
    // The first keyword is the name again.
    const words = (keywords[symbol] ?? []).slice(1).filter((keyword) => /^[a-z]{3,}$/.test(keyword));
    return words.length < 3 ? [] : [{ text: words.slice(0, 4).join(' '), relevant }];
  });
  return { documents, queries };
}
