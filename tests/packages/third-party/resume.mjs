// Runs 24 trials of a study: `whole`, or `first` until it is killed in trial 11, then `rest`. Prints what every trial measured.
import { kill, pid } from 'node:process';
import { categorical, createStudy, float, loadStudy, TrialPruned } from 'asktell';
import { AnnealingSampler, JsonFileStorage, WorstPruner } from 'asktell-third-party';

const [, , part, path] = /** @type {[string, string, string, string]} */ (process.argv);
const space = { x: float(-5, 5), act: categorical(['relu', 'tanh']) };
const storage = new JsonFileStorage(path);
const study =
  part === 'rest'
    ? await loadStudy({ storage, space, samplers: [AnnealingSampler], pruners: [WorstPruner] })
    : await createStudy({
        name: 'third party',
        storage,
        space,
        seed: 7,
        sampler: new AnnealingSampler({ cooling: 0.9 }),
        pruner: new WorstPruner(),
      });
if (!(study.sampler instanceof AnnealingSampler && study.pruner instanceof WorstPruner))
  throw new Error(`restored ${study.sampler.name} and ${study.pruner.name}`);
if (JSON.stringify(study.sampler.config.options) !== '{"cooling":0.9}')
  throw new Error(`restored the options ${JSON.stringify(study.sampler.config.options)}`);

await study.optimize(
  async (trial) => {
    const loss = trial.params.x ** 2 + (trial.params.act === 'relu' ? 0 : 1);
    for (let step = 0; step < 3; step++) {
      await trial.report(loss + 3 - step, step);
      if (part === 'first' && trial.number === 11) kill(pid, 'SIGKILL');
      if (await trial.shouldPrune()) throw new TrialPruned();
    }
    return loss;
  },
  { trials: { total: 24 } },
);
const trials = await study.trials();
console.log(JSON.stringify(trials.map(({ number, state, value, params }) => [number, state, value, params])));
