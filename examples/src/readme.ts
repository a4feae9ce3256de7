import { categorical, createStudy, float, oneOf } from 'asktell';

const space = {
  model: oneOf({
    svm: { c: float(1e-3, 1e3, { log: true }), kernel: categorical(['linear', 'rbf']) },
    knn: { k: categorical([1, 3, 5, 7]) },
  }),
};
const study = await createStudy({ name: 'demo', storage: 'demo.db', space, loadIfExists: true });

for await (const trial of study.take({ trials: { total: 50 } })) {
  const { model } = trial.params; // { type: 'svm'; c: number; kernel: 'linear' | 'rbf' } | { type: 'knn'; k: 1 | 3 | 5 | 7 }
  const loss = model.type === 'svm' ? Math.abs(Math.log(model.c)) : model.k / 10; // your objective goes here
  await study.tell(trial, loss);
}
console.log(await study.bestValue(), await study.bestParams());
await study.close();
