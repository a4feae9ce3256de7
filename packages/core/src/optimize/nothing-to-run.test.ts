import { ExclusiveSampler } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../../tests/recording-logger.ts';
import { drawUniform } from '../distribution/draw.ts';
import { categorical } from '../distribution/validate.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { createStudy } from '../study/create-study.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

describe('a loop that runs no trial says why', () => {
  it.each(['optimize', 'take'] as const)('%s: the total is reached', async (loop) => {
    const log = recordingLogger();
    const study = await createStudy({ name: 's', sampler, log });
    const run = async (): Promise<void> => {
      if (loop === 'optimize') return study.optimize(async () => 1, { trials: { total: 3 }, concurrency: 2 });
      for await (const trial of study.take({ trials: { total: 3 } })) await study.tell(trial, 1);
    };
    await run();
    expect(log.lines).toEqual([]);
    await run();
    expect(log.lines).toEqual(['info: No trial was run. Study "s" has 3 finished trial(s) of a total of 3.']);
  });

  it.each(['warn', 'error', 'silent'] as const)('unless the log is %s', async (log) => {
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    const output = { interactive: false, columns: 80, info: print, warn: print, status: () => {} };
    const study = await createStudy(
      { sampler, log },
      { environment: { process: null, output, compileExpression: null } },
    );
    await study.optimize(() => 1, { trials: { total: 1 } });
    await study.optimize(() => 1, { trials: { total: 1 } });
    expect(lines).toEqual([]);
  });

  it('nothing is left to propose', async () => {
    const log = recordingLogger();
    const study = await createStudy({
      name: 's',
      sampler: new ExclusiveSampler(),
      space: { x: categorical([1, 2]) },
      log,
    });
    await study.optimize(() => 1);
    expect(log.lines).toEqual([]);
    await study.optimize(() => 1);
    expect(log.lines).toEqual([
      expect.stringMatching(/^info: No trial was run\. Sampler "exclusive" has nothing left to propose for study "s"/),
    ]);
  });
});

describe('askBatch that resolves to no trials', () => {
  it('says that trials without a lease use up the total', async () => {
    const log = recordingLogger();
    const study = await createStudy({ name: 's', sampler, log });
    const trials = await study.askBatch(3, { total: 4 });
    await study.tell(trials[0] ?? 0, 1);
    await study.askBatch(4, { total: 4 });
    expect(log.lines).toEqual([]);
    expect(await study.askBatch(4, { total: 4 })).toEqual([]);
    expect(log.lines).toEqual([
      expect.stringMatching(
        /^info: Study "s" has 1 finished and 3 running trial\(s\) of a total of 4\. 3 of the running ones .*study\.failRunning/,
      ),
    ]);
  });

  it('says nothing when the total is finished', async () => {
    const log = recordingLogger();
    const study = await createStudy({ name: 's', sampler, log });
    for (const trial of await study.askBatch(2, { total: 2 })) await study.tell(trial, 1);
    expect(await study.askBatch(2, { total: 2 })).toEqual([]);
    expect(log.lines).toEqual([]);
  });
});
