import { type Distribution, distributionFromOptuna, distributionToOptuna, type Json } from '@asktell/core';
import { parsePythonJson, pythonFloat, pythonJson } from './python-json.ts';

const texts = new WeakMap<Distribution, string>();

/**
 * A distribution as Optuna prints it, byte for byte. Kept per object, as spaces use the same one for every trial.
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

/** The form that is written today. Optuna may hold more in it than ours can: lists, whole numbers beyond 2^53, `1.0`. */
const currentForm = /^\{"name": "(?:Float|Int|Categorical)Distribution", /;

/** More texts than a study with fixed ranges ever has; one whose ranges move with every trial starts over here. */
const maxTexts = 20_000;

/**
 * Reads distributions; equal texts give the same object, so that a study of many trials holds few of them. What was
 * read is printed as it stood.
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
      // Written again, by a copy or by a sampler that goes on, it is what it was.
      if (currentForm.test(text)) texts.set(dist, text);
    }
    return dist;
  }
}
