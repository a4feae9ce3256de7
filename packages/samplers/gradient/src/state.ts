import type { SamplerFoldContext, TrialHistory } from '@asktell/core';
import { HaltonSequence } from '@asktell/numerics';
import { leadsTo } from './basin.ts';
import { Chain } from './chain.ts';
import { Axes, type Measurement } from './measurement.ts';
import { chainNote } from './note.ts';

/** Number of the best measured points that are remembered as starts of chains. */
const mostCandidates = 24;
/** Number of chains that are remembered. */
const mostChains = 16;
/** Trust in gradients before any step was measured. */
const firstTrust = 0.7;
/** Trust that a new chain has at least, so that it can show what its gradients are worth. */
const leastFirstTrust = 0.4;
/** Share of the newest step in the common trust. */
const newest = 0.15;

/** What the trials have shown about gradients: chains, and points where chains can start. A fold over finished trials. */
export class GradientState {
  readonly axes: Axes;
  readonly sequence: HaltonSequence | null;
  /** Half the width of the first trust region of a chain. */
  readonly #firstStep: number;
  /** Chains by the number of the trial that they started from. */
  readonly chains: Map<number, Chain<Measurement>>;
  /** Points from which no chain has started, best first. */
  candidates: readonly Measurement[] = [];
  /** Number of finished trials. Lost trials do not count. */
  finished = 0;
  /** Number of trials with derivatives. */
  measured = 0;
  /** Number of steps that have shown something about gradients. */
  judged = 0;
  /** How well gradients have predicted the losses in all chains, from 0 to 1. */
  trust: number = firstTrust;

  constructor(axes: Axes, sequence: HaltonSequence | null, firstStep: number, chains: Map<number, Chain<Measurement>>) {
    this.axes = axes;
    this.sequence = sequence;
    this.#firstStep = firstStep;
    this.chains = chains;
  }

  static of({ space, seed }: SamplerFoldContext, firstStep: number): GradientState {
    const axes = new Axes(space);
    const sequence = axes.size === 0 ? null : new HaltonSequence(axes.size, { scramble: true, seed });
    return new GradientState(axes, sequence, firstStep, new Map());
  }

  clone(): GradientState {
    const chains = new Map([...this.chains].map(([start, chain]) => [start, chain.clone()]));
    const copy = new GradientState(this.axes, this.sequence, this.#firstStep, chains);
    copy.candidates = this.candidates;
    copy.finished = this.finished;
    copy.measured = this.measured;
    copy.trust = this.trust;
    copy.judged = this.judged;
    return copy;
  }

  absorb(row: number, history: TrialHistory): void {
    if (history.failure(row)?.code === 'lost') return;
    this.finished++;
    if (this.axes.size === 0) return;
    const measurement = this.axes.measure(row, history);
    if (measurement !== null) this.measured++;
    const note = chainNote(history.note(row));
    if (note !== null && this.#extend(note.chain, note.from, note.decrease, measurement)) return;
    if (measurement !== null) this.#addCandidate(measurement);
  }

  /** Adds a step to a chain. Returns false if its chain or its origin is not known. */
  #extend(start: number, from: number, decrease: number | null, to: Measurement | null): boolean {
    const chain = this.chains.get(start) ?? this.#begin(start);
    if (chain === undefined) return false;
    if (to === null) {
      if (decrease !== null) chain.fail();
      return true;
    }
    if (decrease === null) {
      chain.jump(to);
      return true;
    }
    const origin = chain.point(from);
    if (origin === undefined) return false;
    const agreed = chain.tell(origin, to, decrease);
    if (Number.isNaN(agreed)) return true;
    this.judged++;
    this.trust += newest * (agreed - this.trust);
    return true;
  }

  #begin(start: number): Chain<Measurement> | undefined {
    const point = this.candidates.find(({ row }) => row === start);
    if (point === undefined) return undefined;
    this.candidates = this.candidates.filter((candidate) => candidate !== point);
    const chain = this.newChain(point);
    this.chains.set(start, chain);
    // The oldest chain with the highest loss makes room.
    if (this.chains.size > mostChains) {
      const worst = [...this.chains].reduce((a, b) => (b[1].centre.loss > a[1].centre.loss ? b : a));
      this.chains.delete(worst[0]);
    }
    return chain;
  }

  /** A chain that starts at a measured point. */
  newChain(point: Measurement): Chain<Measurement> {
    return new Chain(point, this.axes.box, this.#firstStep, Math.max(leastFirstTrust, this.trust));
  }

  #addCandidate(point: Measurement): void {
    const at = this.candidates.findIndex(({ loss }) => loss > point.loss);
    const where = at < 0 ? this.candidates.length : at;
    if (where >= mostCandidates) return;
    const next = [...this.candidates.slice(0, where), point, ...this.candidates.slice(where)];
    this.candidates = next.slice(0, mostCandidates);
  }

  /** The best candidates from which a chain would not end where another one is. */
  freshCandidates(): readonly Measurement[] {
    const ends = [...this.chains.values()].map(({ centre }) => centre);
    return this.candidates.filter((point) => !ends.some((end) => this.#hasSameRest(point, end) && leadsTo(point, end)));
  }

  /** Whether two points agree in all parameters that chains do not move. */
  #hasSameRest(a: Measurement, b: Measurement): boolean {
    return this.axes.others.every((i) => Object.is(a.x[i], b.x[i]));
  }
}
