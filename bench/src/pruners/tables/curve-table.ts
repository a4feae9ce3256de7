import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One hyperparameter of a table. Samplers see the place in `values`, an integer from 0. */
export interface TableParam {
  readonly name: string;
  readonly values: readonly number[];
}

/** A table as its JSON file holds it. */
export interface TableFile {
  readonly name: string;
  /** What a step is. */
  readonly step: 'epoch' | 'round' | 'fold';
  readonly params: readonly TableParam[];
  readonly steps: number;
  /**
   * Values of all curves as 16-bit integers (little-endian, base64), least + code × unit; the last parameter varies
   * fastest.
   */
  readonly least: number;
  readonly unit: number;
  readonly codes: string;
}

/** The learning curves of every configuration of a small space. To be minimized. */
export class CurveTable {
  readonly file: TableFile;
  readonly #values: Float64Array;

  constructor(file: TableFile) {
    this.file = file;
    const bytes = Buffer.from(file.codes, 'base64');
    this.#values = Float64Array.from(
      { length: bytes.length / 2 },
      (_, i) => file.least + file.unit * bytes.readUInt16LE(2 * i),
    );
  }

  get steps(): number {
    return this.file.steps;
  }

  get size(): number {
    return this.#values.length / this.steps;
  }

  /** The values of a configuration, step by step. */
  curve(indices: readonly number[]): Float64Array {
    const row = this.file.params.reduce((at, { values }, i) => at * values.length + (indices[i] as number), 0);
    return this.#values.subarray(row * this.steps, (row + 1) * this.steps);
  }

  /** What counts in the end: the value at the last step, or the mean over the folds. */
  final(curve: Float64Array): number {
    return this.file.step === 'fold' ? curve.reduce((sum, x) => sum + x, 0) / curve.length : (curve.at(-1) as number);
  }

  /** Final values of all configurations, ascending. */
  finals(): Float64Array {
    return Float64Array.from({ length: this.size }, (_, row) =>
      this.final(this.#values.subarray(row * this.steps, (row + 1) * this.steps)),
    ).sort();
  }
}

export const tableNames = ['network', 'boosting', 'svm-folds'] as const;

export function tablePath(name: string): string {
  return fileURLToPath(new URL(`../../../src/pruners/tables/${name}.json`, import.meta.url));
}

export function readTable(name: string): CurveTable {
  return new CurveTable(JSON.parse(readFileSync(tablePath(name), 'utf8')) as TableFile);
}
