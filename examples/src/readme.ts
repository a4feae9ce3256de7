import { createStudy, float, int } from 'asktell';

const study = await createStudy({
  space: { sugar: float(0, 200, { step: 5 }), minutes: int(5, 30) },
  seed: 1, // the same proposals in every run; random by default
});
await study.optimize(
  ({ params }) => ((params.sugar - 80) / 10) ** 2 + (params.minutes - 12) ** 2, // your measurement goes here
  { trials: 40, progress: 'trials' },
);
console.log(await study.bestValue(), await study.bestParams());
