// CommonJS can require the packages, from Node.js 20.19.
const { createStudy, float, RandomSampler } = require('asktell');
const core = require('@asktell/core');

if (core.float !== float) throw new Error('require must load the same core for both packages');
createStudy({ space: { x: float(0, 1) }, sampler: new RandomSampler(), seed: 1 }).then(async (study) => {
  await study.optimize((trial) => trial.params.x, { trials: 10 });
  console.log(`${(await study.trials()).length} trials`);
});
