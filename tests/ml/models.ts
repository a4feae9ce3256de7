import { createRequire } from 'node:module';

/** k nearest neighbours by brute force. Ties go to the smaller class, as in scikit-learn. */
export class Neighbours {
  readonly #k: number;
  #X: readonly ArrayLike<number>[] = [];
  #y: readonly number[] = [];

  constructor({ k }: { readonly k: number }) {
    this.#k = k;
  }

  fit(X: readonly ArrayLike<number>[], y: readonly number[]): void {
    this.#X = X;
    this.#y = y;
  }

  predict(X: readonly ArrayLike<number>[]): number[] {
    return this.predictProba(X).map((row) => row.indexOf(Math.max(...row)));
  }

  /** Classes are 0, 1, …, without a gap. */
  predictProba(X: readonly ArrayLike<number>[]): number[][] {
    const classes = Math.max(...this.#y) + 1;
    return X.map((row) => {
      const nearest = this.#X
        .map((other, i) => [distance(row, other), i] as const)
        .sort(([a, i], [b, j]) => a - b || i - j)
        .slice(0, this.#k);
      const votes = new Array<number>(classes).fill(0);
      for (const [, i] of nearest) (votes[this.#y[i] as number] as number) += 1 / nearest.length;
      return votes;
    });
  }
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum;
}

type SvmClass = new (options: {
  readonly [name: string]: number | boolean;
}) => {
  train(X: readonly ArrayLike<number>[], y: readonly number[]): void;
  predict(X: readonly ArrayLike<number>[]): number[];
  free(): void;
};

/** libsvm-js, with the tolerance of scikit-learn. Without instantiateStreaming it reads its file from the disk at once. */
export async function loadSvm(): Promise<
  (options: { readonly [name: string]: number | string }) => InstanceType<SvmClass>
> {
  const wasm = Reflect.get(globalThis, 'WebAssembly') as { instantiateStreaming: unknown };
  const { instantiateStreaming } = wasm;
  wasm.instantiateStreaming = undefined;
  const Svm = (await createRequire(new URL('../../packages/ml/package.json', import.meta.url))(
    'libsvm-js',
  )) as SvmClass;
  wasm.instantiateStreaming = instantiateStreaming;
  const kernels = { linear: 0, rbf: 2 };
  return ({ kernel, C, gamma }) =>
    new Svm({
      kernel: kernels[kernel as keyof typeof kernels],
      type: 0,
      cost: C as number,
      ...(gamma === undefined ? {} : { gamma: gamma as number }),
      tolerance: 1e-3,
      quiet: true,
    });
}
