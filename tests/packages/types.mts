// Compiled against the installed tarballs, with the module resolution of Node and with that of bundlers.
import { categorical, createStudy, float, MemoryStorage, oneOf, RandomSampler, type Study } from 'asktell';

const study = await createStudy({
  storage: new MemoryStorage(),
  sampler: new RandomSampler(),
  space: {
    lr: float(1e-5, 1, { log: true }),
    model: oneOf({ svm: { c: float(0, 1) }, tree: { rule: categorical(['gini', 'entropy']) } }),
  },
});
const trial = await study.ask();
const lr: number = trial.params.lr;
const { model } = trial.params;
const rule: 'gini' | 'entropy' | number = model.type === 'tree' ? model.rule : model.c;
// @ts-expect-error unknown parameter: types are resolved and not `any`
trial.params.momentum;
await study.tell(trial, lr);

export const proof: { study: Pick<Study, 'name'>; rule: string | number } = { study, rule };
