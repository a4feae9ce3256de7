import { type Distribution, distributionFromOptuna, distributionToOptuna, type Json } from '@asktell/core';
import { parsePythonJson, pythonFloat, pythonJson } from './python-json.ts';

const texts = new WeakMap<Distribution, string>();

/**
 * Serializes a distribution exactly as Optuna does, byte for byte. The text is cached per object, because a space uses
 * the same object for every trial.
 * @example distributionJson(float(0, 1))
 * // '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}'
 */
export function distributionJson(dist: Distribution): string {
  let text = texts.get(dist);
  if (text === undefined) {
    text = print(dist);
    texts.set(dist, text);
  }
  return text;
}

function print(dist: Distribution): string {
  const { name, attributes } = distributionToOptuna(dist);
  if (dist.kind !== 'float') return pythonJson({ name, attributes });
  const members = Object.entries(attributes).map(
    ([key, value]) => `"${key}": ${typeof value === 'number' ? pythonFloat(value) : pythonJson(value)}`,
  );
  return `{"name": "${name}", "attributes": {${members.join(', ')}}}`;
}

/**
 * The form that current releases write. It may contain values that a `Distribution` cannot represent: lists, integers
 * beyond 2^53, `1.0`.
 */
const currentForm = /^\{"name": "(?:Float|Int|Categorical)Distribution", /;

/**
 * Size limit of the cache. A study with fixed ranges never reaches it. A study whose ranges move with every trial clears
 * the cache here.
 */
const maxTexts = 20_000;

/**
 * Parses distributions. Equal texts return the same object, so that a study with many trials has few of them in memory.
 * {@link distributionJson} returns the original text of a parsed distribution.
 */
export class DistributionReader {
  readonly #known = new Map<string, Distribution>();

  /** @throws SyntaxError or AsktellError `invalid-distribution` */
  read(text: string): Distribution {
    let dist = this.#known.get(text);
    if (dist === undefined) {
      dist = distributionFromOptuna(parsePythonJson(text) as Json);
      if (this.#known.size >= maxTexts) this.#known.clear();
      this.#known.set(text, dist);
      // A copy of the study and later trials must store the original text.
      if (currentForm.test(text)) texts.set(dist, text);
    }
    return dist;
  }
}
