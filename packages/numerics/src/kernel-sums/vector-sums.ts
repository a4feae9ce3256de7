import { type Exponential, log2E } from './exponential.ts';
import {
  add,
  and,
  block,
  branchIf,
  constant,
  get,
  ifThen,
  integerOr,
  isAnyTrue,
  isLess,
  isZero,
  type Lanes,
  loadInteger,
  loadVector,
  multiply,
  or,
  set,
  shiftLeft,
  smaller,
  storeVector,
  whileDo,
} from './wasm-code.ts';
import type { Code, WasmFunction } from './wasm-module.ts';

/** Number of points processed together, so that each kernel is loaded once for all of them. */
export const pointsAtOnce = 4;
type Eight = [number, number, number, number, number, number, number, number];

/** Number of axes between two checks whether a kernel is negligible. */
const axesPerCheck = 8;

/** Parameters of the function, in order. All are 32-bit integers. Addresses and lengths are in bytes. */
export const parameters = [
  'kernelBytes',
  'axes',
  'lookups',
  'points',
  'strideBytes',
  'centres',
  'scales',
  'norms',
  'weights',
  'rows',
  'coordinates',
  'rowStarts',
  'exponents',
  'maxima',
  'sums',
] as const;

/**
 * The sums of `KernelSums` in vector arithmetic, with one lane per kernel and four points at a time. The first pass stores the
 * exponents of all kernels and finds the largest one. The second pass sums the exponentials.
 *
 * The WebAssembly text form for double precision with individual scales, where `…q` stands for each of the four points:
 *
 * ```wat
 * (module (import "host" "memory" (memory 0))
 *   (func (export "run") (param $kernelBytes i32) (param $axes i32) … (param $sums i32)
 *     (local.set $point (i32.const 0))
 *     (loop $points ;; while $point < $points
 *       (local.set $largest…q (v128.load (i32.add (local.get $maxima) …)))
 *       (local.set $at (i32.const 0))
 *       (loop $kernels ;; while $at < $kernelBytes
 *         (block $done
 *           (block $negligible
 *             (local.set $exponent…q (v128.load (i32.add (local.get $norms) (local.get $at))))
 *             (loop $axes ;; after every 8 axes: branch to $negligible if all lanes are negligible
 *               (local.set $t (f64x2.sub (v128.load (local.get $centre)) (v128.load64_splat …)))
 *               (local.set $t (f64x2.mul (local.get $t) (v128.load (local.get $scale))))
 *               (local.set $exponent…q (f64x2.sub (local.get $exponent…q) (f64x2.mul (local.get $t) (local.get $t)))))
 *             (loop $lookups
 *               (local.set $exponent…q (f64x2.add (local.get $exponent…q) (v128.load …))))
 *             (v128.store … (local.get $exponent…q))
 *             (local.set $largest…q (f64x2.max (local.get $largest…q) (local.get $exponent…q)))
 *             (br $done))
 *           (v128.store … (f64x2.splat (f64.const -inf))))
 *         (local.set $at (i32.add (local.get $at) (i32.const 16))))
 *       ;; then for each point: the largest of all lanes, and the sum over the kernels of weight · e^(exponent - largest)
 *       (local.set $point (i32.add (local.get $point) (i32.const 4))))))
 * ```
 */
export function vectorSums(
  lanes: Lanes,
  { coefficients, cutoff, rounder }: Exponential,
  ownScales: boolean,
): WasmFunction {
  const parameter = (which: (typeof parameters)[number]): Code => get(parameters.indexOf(which));
  // Local variables are numbered: parameters, integers, vectors.
  let next: number = parameters.length;
  const locals = (count: number): number[] => Array.from({ length: count }, () => next++);
  const [point, at, axis, end, centre, scale, from, lookup] = locals(8) as Eight;
  // For each of the four points: the addresses of its coordinates and of its row starts.
  const coordinates = locals(pointsAtOnce)[0] as number;
  const starts = locals(pointsAtOnce)[0] as number;
  const firstVector = next;
  const [u, s, t, k, p, sum, term] = locals(8) as Eight;
  const exponent = locals(pointsAtOnce)[0] as number;
  const largest = locals(pointsAtOnce)[0] as number;

  const { sizeBits } = lanes;
  const pointIndexes = Array.from({ length: pointsAtOnce }, (_, q) => q);
  const each = (code: (q: number) => Code): Code => pointIndexes.map(code);
  const increase = (local: number, by: Code): Code => set(local, add(get(local), by));
  const exponentsOf = (q: number): Code =>
    q === 0 ? parameter('exponents') : add(parameter('exponents'), multiply(parameter('strideBytes'), constant(q)));

  const isRelevant: Code = pointIndexes
    .map((q) => lanes.isGreater(get(exponent + q), lanes.sub(get(largest + q), lanes.splat(cutoff))))
    .reduce((a, b) => or(a, b));

  const alongAxis: Code = [
    set(u, loadVector(get(centre))),
    ownScales ? set(s, loadVector(get(scale))) : [],
    each((q) => [
      set(t, lanes.sub(get(u), lanes.splatAt(add(get(coordinates + q), get(axis))))),
      ownScales ? set(t, lanes.mul(get(t), get(s))) : [],
      set(exponent + q, lanes.sub(get(exponent + q), lanes.mul(get(t), get(t)))),
    ]),
    increase(centre, parameter('strideBytes')),
    ownScales ? increase(scale, parameter('strideBytes')) : [],
    increase(axis, constant(1 << sizeBits)),
  ];

  const axisBytes = shiftLeft(parameter('axes'), sizeBits);
  const oneKernel: Code = block([
    each((q) => set(exponent + q, q === 0 ? loadVector(add(parameter('norms'), get(at))) : get(exponent))),
    set(centre, add(parameter('centres'), get(at))),
    ownScales ? set(scale, add(parameter('scales'), get(at))) : [],
    set(axis, constant(0)),
    whileDo(isLess(get(axis), axisBytes), [
      set(end, smaller(add(get(axis), constant(axesPerCheck << sizeBits)), axisBytes)),
      whileDo(isLess(get(axis), get(end)), alongAxis),
      // The remaining terms are negative, so a negligible kernel stays negligible. Branches out of the loop and the block.
      ifThen(integerOr(isLess(get(axis), axisBytes), parameter('lookups')), branchIf(isZero(isAnyTrue(isRelevant)), 3)),
    ]),
    set(from, add(parameter('rows'), get(at))),
    set(lookup, constant(0)),
    whileDo(isLess(get(lookup), shiftLeft(parameter('lookups'), 2)), [
      each((q) =>
        set(
          exponent + q,
          lanes.add(
            get(exponent + q),
            loadVector(add(get(from), shiftLeft(loadInteger(add(get(starts + q), get(lookup))), sizeBits))),
          ),
        ),
      ),
      increase(lookup, constant(4)),
    ]),
    each((q) => [
      storeVector(add(exponentsOf(q), get(at)), get(exponent + q)),
      set(largest + q, lanes.max(get(largest + q), get(exponent + q))),
    ]),
    // The exponents are stored: skips the code for negligible kernels.
    branchIf(constant(1), 1),
  ]);
  const negligibleKernel: Code = each((q) =>
    storeVector(add(exponentsOf(q), get(at)), lanes.splat(Number.NEGATIVE_INFINITY)),
  );

  const exponential = (): Code => {
    const [last, ...rest] = [...coefficients].reverse() as [number, ...number[]];
    return [
      set(k, lanes.add(lanes.mul(get(t), lanes.splat(log2E)), lanes.splat(rounder))),
      set(u, lanes.sub(get(t), lanes.mul(lanes.sub(get(k), lanes.splat(rounder)), lanes.splat(Math.LN2)))),
      set(p, lanes.splat(last)),
      rest.map((coefficient) => set(p, lanes.add(lanes.mul(get(p), get(u)), lanes.splat(coefficient)))),
      // The low bits of k + rounder are those of k. Added to the exponent bits, they multiply by 2^k.
      set(p, lanes.addBits(get(p), lanes.shiftBits(get(k), lanes.significand))),
    ];
  };

  const sumOfPoint = (q: number): Code => [
    // Broadcasts the largest of the lanes' maxima to all lanes.
    largestOfLanes(lanes, largest + q),
    set(sum, lanes.splat(0)),
    set(at, constant(0)),
    whileDo(isLess(get(at), parameter('kernelBytes')), [
      set(t, lanes.sub(loadVector(add(exponentsOf(q), get(at))), get(largest + q))),
      set(term, lanes.isGreater(get(t), lanes.splat(-cutoff))),
      ifThen(isAnyTrue(get(term)), [
        exponential(),
        set(
          sum,
          lanes.add(get(sum), and(lanes.mul(get(p), loadVector(add(parameter('weights'), get(at)))), get(term))),
        ),
      ]),
      increase(at, constant(16)),
    ]),
    storeVector(add(parameter('maxima'), shiftLeft(add(get(point), constant(q)), 4)), get(largest + q)),
    storeVector(add(parameter('sums'), shiftLeft(add(get(point), constant(q)), 4)), get(sum)),
  ];

  const vectorAt = (base: Code, q: number): Code => loadVector(add(base, shiftLeft(add(get(point), constant(q)), 4)));
  const body: Code = [
    set(point, constant(0)),
    whileDo(isLess(get(point), parameter('points')), [
      each((q) => [
        set(largest + q, vectorAt(parameter('maxima'), q)),
        set(coordinates + q, add(parameter('coordinates'), multiply(add(get(point), constant(q)), axisBytes))),
        set(
          starts + q,
          add(parameter('rowStarts'), multiply(add(get(point), constant(q)), shiftLeft(parameter('lookups'), 2))),
        ),
      ]),
      set(at, constant(0)),
      whileDo(isLess(get(at), parameter('kernelBytes')), [
        block([oneKernel, negligibleKernel]),
        increase(at, constant(16)),
      ]),
      each(sumOfPoint),
      increase(point, constant(pointsAtOnce)),
    ]),
  ];
  return {
    parameters: parameters.length,
    integers: firstVector - parameters.length,
    vectors: next - firstVector,
    body,
  };
}

function largestOfLanes(lanes: Lanes, local: number): Code {
  // Rotates by half a vector, then (four lanes only) by a quarter, and takes the maximum each time.
  const rotations = lanes.count === 4 ? [8, 4] : [8];
  return rotations.map((bytes) => {
    const order = Array.from({ length: 16 }, (_, i) => (i + bytes) % 16);
    return set(local, lanes.max(get(local), [get(local), get(local), 0xfd, 13, order]));
  });
}
