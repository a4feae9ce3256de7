/**
 * The rejected promise of a call that refused its arguments. Its error is not lost if the call is not awaited: the trial
 * then fails with it when it is told.
 */
export class RefusedWrite<T> extends Promise<T> {
  #isObserved = false;

  /** The promises of `then` are ordinary ones. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  static of<T>(error: unknown): RefusedWrite<T> {
    const refused = new RefusedWrite<T>((_, reject) => reject(error));
    // Without a handler, Node would end the process.
    Promise.prototype.then.call(refused, undefined, () => undefined);
    return refused;
  }

  /** Whether the caller awaits the promise or handles its error. */
  get isObserved(): boolean {
    return this.#isObserved;
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise has this method; it shows that somebody listens.
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#isObserved = true;
    return super.then(onFulfilled, onRejected);
  }
}
