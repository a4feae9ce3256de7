/**
 * A user's program, from import to end: `node program.js nothing|tpe|random|resume <trials> [file]`. peers/whole_process.py
 * does the same with the peers.
 */
import { createStudy, loadStudy, RandomSampler, type Study, TpeSampler } from 'asktell';
import { sumOfSquares } from '../objective.ts';

const [work, trials, file = ''] = process.argv.slice(2);

function study(): Promise<Study> {
  if (work === 'resume') return loadStudy({ name: 'bench', storage: file, sampler: new TpeSampler() });
  return createStudy({ seed: 1, sampler: work === 'random' ? new RandomSampler() : new TpeSampler() });
}

if (work !== 'nothing') {
  const made = await study();
  await made.optimize(sumOfSquares(5), { trials: Number(trials) });
  await made.close();
}
