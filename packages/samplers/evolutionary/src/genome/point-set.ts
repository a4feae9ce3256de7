const words = new Uint32Array(2);
const float = new Float64Array(words.buffer);

/** A hash of 53 bits of a vector of internal values. All NaN are equal, and 0 equals -0. */
export function pointKey(x: Float64Array): number {
  let [a, b] = [0x9e3779b9 | 0, 0x243f6a88 | 0];
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    float[0] = Number.isNaN(value) ? Number.MAX_VALUE : value + 0;
    a = mix(mix(a, words[0] as number), words[1] as number);
    b = mix(mix(b, words[1] as number), ~(words[0] as number));
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11);
}

/** Body and finalizer of MurmurHash3 (Austin Appleby, public domain). */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51 | 0);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  let h = hash ^ k;
  h = Math.imul((h << 13) | (h >>> 19), 5) + (0xe6546b64 | 0);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b | 0);
  return h ^ (h >>> 13);
}

const layerSize = 128;

/**
 * A growing set of points that is cheap to clone. Points are added to the newest layer. Full layers are immutable and shared
 * between clones, and layers of similar size are merged. Points are identified by a hash of 53 bits.
 *
 * Cost: `has` and `clone` O(log n), `add` O(log n) on average.
 */
export class PointSet {
  #layers: readonly Set<number>[] = [];
  #newest = new Set<number>();

  has(key: number): boolean {
    return this.#newest.has(key) || this.#layers.some((layer) => layer.has(key));
  }

  add(key: number): void {
    this.#newest.add(key);
    if (this.#newest.size < layerSize) return;
    const layers = [...this.#layers];
    let merged = this.#newest;
    for (let last = layers.at(-1); last !== undefined && last.size <= merged.size; last = layers.at(-1)) {
      layers.pop();
      merged = new Set([...last, ...merged]);
    }
    layers.push(merged);
    this.#layers = layers;
    this.#newest = new Set();
  }

  clone(): PointSet {
    const copy = new PointSet();
    copy.#layers = this.#layers;
    copy.#newest = new Set(this.#newest);
    return copy;
  }
}
