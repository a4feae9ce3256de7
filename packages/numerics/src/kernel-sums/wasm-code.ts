import { type Code, signed, unsigned } from './wasm-module.ts';

// Instructions as expressions. Addresses and counters are unsigned 32-bit integers.

export const get = (local: number): Code => [0x20, unsigned(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, unsigned(local)];
export const constant = (value: number): Code => [0x41, signed(value)];
export const add = (a: Code, b: Code): Code => [a, b, 0x6a];
export const multiply = (a: Code, b: Code): Code => [a, b, 0x6c];
/** Bitwise or of two integers. */
export const integerOr = (a: Code, b: Code): Code => [a, b, 0x72];
/** 1 if the integer is 0, else 0. */
export const isZero = (a: Code): Code => [a, 0x45];
/** The smaller of two integers. Both expressions are evaluated twice, so they must not have side effects. */
export const smaller = (a: Code, b: Code): Code => [a, b, isLess(a, b), 0x1b];
export const shiftLeft = (a: Code, bits: number): Code => [a, constant(bits), 0x74];
export const isLess = (a: Code, b: Code): Code => [a, b, 0x49];
export const loadInteger = (address: Code): Code => [address, 0x28, 2, 0];

/** Runs the body while the condition holds. */
export function whileDo(condition: Code, body: Code): Code {
  // block { loop { branch out of the block unless condition; body; branch to the loop } }
  return [0x02, 0x40, 0x03, 0x40, condition, 0x45, 0x0d, 1, body, 0x0c, 0, 0x0b, 0x0b];
}

/** Runs the body, which can branch to the end of the block with {@link branchIf}. */
export const block = (body: Code): Code => [0x02, 0x40, body, 0x0b];
/**
 * Branches out of the block `levels` levels further out, 0 for the innermost. A {@link whileDo} counts as two levels, an
 * {@link ifThen} as one.
 */
export const branchIf = (condition: Code, levels: number): Code => [condition, 0x0d, unsigned(levels)];
/** Runs the body if the condition is not 0. */
export const ifThen = (condition: Code, body: Code): Code => [condition, 0x04, 0x40, body, 0x0b];

const simd = (op: number): Code => [0xfd, unsigned(op)];
const binary =
  (op: number) =>
  (a: Code, b: Code): Code => [a, b, simd(op)];

// Vectors of 16 bytes.

export const loadVector = (address: Code): Code => [address, simd(0), 0, 0];
export const storeVector = (address: Code, value: Code): Code => [address, value, simd(11), 0, 0];
export const and: (a: Code, b: Code) => Code = binary(78);
export const or: (a: Code, b: Code) => Code = binary(80);
export const isAnyTrue = (a: Code): Code => [a, simd(83)];

/** Instructions and constants that differ between vectors of four single and of two double precision numbers. */
export interface Lanes {
  /** Logarithm to base 2 of the bytes of a number. */
  readonly sizeBits: number;
  readonly count: number;
  /** Number of explicit significand bits, which is the position of the exponent. */
  readonly significand: number;
  readonly splatAt: (address: Code) => Code;
  readonly splat: (value: number) => Code;
  readonly add: (a: Code, b: Code) => Code;
  readonly sub: (a: Code, b: Code) => Code;
  readonly mul: (a: Code, b: Code) => Code;
  /** The larger number per lane; `a` if `b` is NaN. */
  readonly max: (a: Code, b: Code) => Code;
  readonly isGreater: (a: Code, b: Code) => Code;
  readonly addBits: (a: Code, b: Code) => Code;
  readonly shiftBits: (a: Code, bits: number) => Code;
}

function constantVector(numbers: Float32Array | Float64Array): Code {
  return [simd(12), Array.from(new Uint8Array(numbers.buffer))];
}

export const singles: Lanes = {
  sizeBits: 2,
  count: 4,
  significand: 23,
  splatAt: (address) => [address, simd(9), 0, 0],
  splat: (value) => constantVector(new Float32Array(4).fill(value)),
  add: binary(228),
  sub: binary(229),
  mul: binary(230),
  max: binary(235),
  isGreater: binary(68),
  addBits: binary(174),
  shiftBits: (a, bits) => [a, constant(bits), simd(171)],
};

export const doubles: Lanes = {
  sizeBits: 3,
  count: 2,
  significand: 52,
  splatAt: (address) => [address, simd(10), 0, 0],
  splat: (value) => constantVector(new Float64Array(2).fill(value)),
  add: binary(240),
  sub: binary(241),
  mul: binary(242),
  max: binary(247),
  isGreater: binary(74),
  addBits: binary(206),
  shiftBits: (a, bits) => [a, constant(bits), simd(203)],
};
