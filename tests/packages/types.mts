// Compiled against the installed tarballs, once as Node resolves them and once as bundlers do.
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
// @ts-expect-error no such parameter: the types were resolved, and are not `any`
trial.params.momentum;
await study.tell(trial, lr);

export const proof: { study: Pick<Study, 'name'>; rule: string | number } = { study, rule };
