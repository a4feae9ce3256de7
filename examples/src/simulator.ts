/**
 * A simulator that knows its derivatives. A batch reactor turns A into the product B, and B into waste. The example chooses
 * the temperatures of ten time slots, so that the most B is left at the end (Ray 1981, Advanced Process Control, chapter 3).
 * The simulator integrates the derivatives of both concentrations together with the concentrations. One run costs a few
 * times as much, and says for each temperature what a degree more would change.
 */
import { createStudy, float, HypergradientSampler, type Sampler, TpeSampler } from 'asktell';
import { trialsFromArguments } from './support/arguments.ts';

const slots = 10;
const stepsPerSlot = 10;
const names = Array.from({ length: slots }, (_, slot) => `slot${slot}`);
const space = Object.fromEntries(names.map((name) => [name, float(298, 398)])); // kelvin

/** The rate of a reaction at a temperature, and its derivative (Arrhenius). */
function rate(factor: number, energy: number, kelvin: number): readonly [k: number, slope: number] {
  const k = factor * Math.exp(-energy / kelvin);
  return [k, (k * energy) / kelvin ** 2];
}

/** Changes per hour of (a, b), and of their derivatives by each temperature, at `2 + 2 * slot` and the next index. */
function flow(state: Float64Array, slot: number, kelvin: number): Float64Array {
  const [k1, slope1] = rate(4000, 2500, kelvin);
  const [k2, slope2] = rate(620_000, 5000, kelvin);
  const [a = 0, b = 0] = state;
  const out = new Float64Array(state.length);
  out[0] = -k1 * a * a;
  out[1] = k1 * a * a - k2 * b;
  for (let i = 0; i < slots; i++) {
    const [da, db] = [state[2 + 2 * i] as number, state[3 + 2 * i] as number];
    const isNow = i === slot ? 1 : 0;
    const made = 2 * k1 * a * da + isNow * slope1 * a * a;
    out[2 + 2 * i] = -made;
    out[3 + 2 * i] = made - k2 * db - isNow * slope2 * b;
  }
  return out;
}

/** Runs the reactor for an hour with the classic Runge-Kutta method. Returns the yield of B, and its derivatives. */
function simulate(temperatures: readonly number[]): { readonly value: number; readonly slopes: readonly number[] } {
  let state = new Float64Array(2 + 2 * slots);
  state[0] = 1;
  const h = 1 / (slots * stepsPerSlot);
  const moved = (by: number, change: Float64Array): Float64Array =>
    state.map((value, i) => value + by * (change[i] as number));
  for (const [slot, kelvin] of temperatures.entries()) {
    for (let step = 0; step < stepsPerSlot; step++) {
      const k1 = flow(state, slot, kelvin);
      const k2 = flow(moved(h / 2, k1), slot, kelvin);
      const k3 = flow(moved(h / 2, k2), slot, kelvin);
      const k4 = flow(moved(h, k3), slot, kelvin);
      state = state.map((value, i) => {
        const [a = 0, b = 0, c = 0, d = 0] = [k1[i], k2[i], k3[i], k4[i]];
        return value + (h / 6) * (a + 2 * b + 2 * c + d);
      });
    }
  }
  return { value: state[1] as number, slopes: names.map((_, i) => state[3 + 2 * i] as number) };
}

const trials = trialsFromArguments(40);

/** Tunes the temperatures. Returns the best yield after each trial, and the best temperatures. */
async function tune(sampler: Sampler) {
  const study = await createStudy({ sampler, space, direction: 'maximize', seed: 1 });
  const best: number[] = [];
  for await (const trial of study.take({ trials })) {
    const { value, slopes } = simulate(names.map((name) => trial.params[name] as number));
    // The derivatives are told with the value, by name. Samplers that do not follow gradients ignore them.
    const gradient = Object.fromEntries(names.map((name, i) => [name, slopes[i] as number]));
    await study.tell(trial, value, { gradient });
    best.push(Math.max(value, best.at(-1) ?? 0));
  }
  return { best, params: await study.bestParams() };
}

const tpe = await tune(new TpeSampler());
const gradients = await tune(new HypergradientSampler());

console.log('best yield of B, in percent');
console.log('  trials     TPE   gradients');
for (const count of [5, 10, 20, 30, 40].filter((count) => count <= trials)) {
  const cell = (value: number | undefined): string => (100 * (value ?? 0)).toFixed(3);
  const row = [cell(tpe.best[count - 1]), cell(gradients.best[count - 1]).padStart(11)];
  console.log(`  ${String(count).padStart(6)}  ${row.join(' ')}`);
}
console.log('best temperatures, in kelvin');
console.log(`  ${names.map((name) => Number(gradients.params?.[name]).toFixed(0)).join('  ')}`);
