/**
 * Binary min-heap of numbers in a Float64Array that grows by doubling: 8 to 16 bytes per number. Push and pop cost O(log n), reading
 * the minimum O(1). NaN is not allowed.
 */
export class FloatHeap {
  #items: Float64Array;
  #size = 0;

  constructor(capacity = 4) {
    this.#items = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** The smallest number, or NaN if the heap is empty. */
  get min(): number {
    return this.#size === 0 ? Number.NaN : (this.#items[0] as number);
  }

  push(value: number): void {
    if (this.#size === this.#items.length) this.#grow();
    const items = this.#items;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((items[parent] as number) <= value) break;
      items[at] = items[parent] as number;
      at = parent;
    }
    items[at] = value;
  }

  /** Removes and returns the smallest number. Returns NaN if the heap is empty. */
  pop(): number {
    if (this.#size === 0) return Number.NaN;
    const items = this.#items;
    const top = items[0] as number;
    const value = items[--this.#size] as number;
    const size = this.#size;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && (items[child + 1] as number) < (items[child] as number)) child++;
      if ((items[child] as number) >= value) break;
      items[at] = items[child] as number;
      at = child;
    }
    items[at] = value;
    return top;
  }

  /** An independent copy. */
  clone(): FloatHeap {
    const copy = new FloatHeap(0);
    copy.#items = this.#items.slice(0, this.#size);
    copy.#size = this.#size;
    return copy;
  }

  #grow(): void {
    const items = new Float64Array(Math.max(4, this.#items.length * 2));
    items.set(this.#items);
    this.#items = items;
  }
}
