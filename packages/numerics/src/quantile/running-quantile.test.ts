import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FloatHeap } from './float-heap.ts';
import { RunningQuantile } from './running-quantile.ts';

type Plain = number | 'nan' | 'inf' | '-inf';
const special: { readonly [text: string]: number } = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity };
const read = (x: Plain): number => (typeof x === 'number' ? x : (special[x] as number));

const fixture = JSON.parse(readFileSync(new URL('fixtures/quantile.json', import.meta.url), 'utf8')) as {
  cases: readonly (readonly [number, readonly Plain[], Plain])[];
};

function fill(q: number, values: readonly number[]): RunningQuantile {
  const out = new RunningQuantile(q);
  for (const value of values) out.insert(value);
  return out;
}

/** The two order statistics next to (n - 1) q, by sorting. */
function neighbours(q: number, values: readonly number[]): readonly [number, number] {
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * q;
  return [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const anyQ = fc.double({ min: 0, max: 1, noNaN: true });

describe('RunningQuantile', () => {
  it('equals numpy.nanquantile bit for bit', () => {
    for (const [q, values, expected] of fixture.cases) {
      const actual = fill(q, values.map(read)).value;
      // `===` instead of toBe, because numpy's zero can be -0.
      const same = actual === read(expected) || (Number.isNaN(actual) && expected === 'nan');
      expect(same, `q ${q} of [${values}]: ${actual}, numpy ${expected}`).toBe(true);
    }
    expect(fixture.cases.length).toBeGreaterThan(200);
  });

  it('lies between its neighbours at every size', () => {
    fc.assert(
      fc.property(anyQ, fc.array(finite, { minLength: 1, maxLength: 60 }), (q, values) => {
        const running = new RunningQuantile(q);
        values.forEach((value, i) => {
          running.insert(value);
          const [a, b] = neighbours(q, values.slice(0, i + 1));
          expect(running.size).toBe(i + 1);
          expect(running.value).toBeGreaterThanOrEqual(a);
          expect(running.value).toBeLessThanOrEqual(b);
        });
      }),
    );
  });

  it('does not depend on the order of insertion', () => {
    fc.assert(
      fc.property(anyQ, fc.array(finite, { minLength: 1 }), fc.infiniteStream(fc.nat()), (q, values, picks) => {
        const shuffled = [...values];
        for (let i = shuffled.length - 1; i > 0; i--) {
          const j = (picks.next().value as number) % (i + 1);
          [shuffled[i], shuffled[j]] = [shuffled[j] as number, shuffled[i] as number];
        }
        expect(fill(q, shuffled).value).toBe(fill(q, values).value);
      }),
    );
  });

  it('ignores NaN and is NaN when empty', () => {
    expect(new RunningQuantile(0.5).value).toBeNaN();
    const median = fill(0.5, [Number.NaN, 1, Number.NaN, 2]);
    expect(median.size).toBe(2);
    expect(median.value).toBe(1.5);
  });

  it('clones independently', () => {
    const one = fill(0.5, [5, 1, 3, 2, 4]);
    const two = one.clone();
    two.insert(-100);
    two.insert(-100);
    one.insert(100);
    one.insert(100);
    expect([one.value, two.value]).toEqual([4, 2]);
    expect(new RunningQuantile(0.5).clone().size).toBe(0);
  });

  it.each([-0.01, 1.01, Number.NaN])('rejects q = %s', (q) => {
    expect(() => new RunningQuantile(q)).toThrow(RangeError);
  });
});

describe('FloatHeap', () => {
  it('returns pushed numbers in ascending order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), (values) => {
        const heap = new FloatHeap(0);
        for (const value of values) heap.push(value);
        const copy = heap.clone();
        const out = values.map(() => heap.pop());
        expect(out.map((x) => x + 0)).toEqual([...Float64Array.from(values).sort()].map((x) => x + 0));
        expect([heap.size, copy.size]).toEqual([0, values.length]);
        expect(heap.pop()).toBeNaN();
        expect(heap.min).toBeNaN();
      }),
    );
  });
});
