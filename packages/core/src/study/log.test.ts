import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { createStudy } from './create-study.ts';
import type { Logger, LogLevel } from './log.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

/** The lines that a study prints in which trials fail, report a step twice, and show their progress. */
async function printed(log: LogLevel | Logger | undefined): Promise<string[]> {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const output = { interactive: false, columns: 80, info: print, warn: print, status: () => {} };
  const host = { environment: { process: null, output, compileExpression: null } };
  const study = await createStudy({ sampler, ...(log === undefined ? {} : { log }) }, host);
  await study.optimize(
    async (trial) => {
      await trial.report(1, 0);
      await trial.report(2, 0);
      if (trial.number > 0) throw new Error(`broken ${trial.number}`);
      return 1;
    },
    { trials: 4, catch: true, progress: 'trials' },
  );
  await study.close();
  return lines;
}

const failures = [
  'Trial 1 failed (error): Error: broken 1',
  '2 more like that. The last one: Trial 3 failed (error): Error: broken 3',
];
const repeats = [
  'Trial 0 has already reported step 0. The value 2 is ignored.',
  '3 more like that. The last one: Trial 3 has already reported step 0. The value 2 is ignored.',
];
const notices = (lines: readonly string[]) =>
  lines.filter((line) => /failed|already/.test(line) && !/^trial/.test(line));

describe('log', () => {
  it('prints the first notice of each kind, and how many more there were', async () => {
    for (const log of [undefined, 'info', 'warn'] as const) {
      const lines = notices(await printed(log));
      expect([...lines].sort()).toEqual([...failures, ...repeats].sort());
    }
  });

  it("prints only failures with 'error', and nothing with 'silent'", async () => {
    expect(notices(await printed('error'))).toEqual(failures);
    expect(await printed('silent')).toEqual([]);
  });

  it('passes notices to an object', async () => {
    const lines: string[] = [];
    const to = (level: string) => (line: string) => void lines.push(`${level}: ${line}`);
    const direct = await printed({ error: to('error'), warn: to('warn'), info: to('info') });
    expect(direct).toEqual([]);
    expect(lines).toContain(`error: ${failures[0]}`);
    expect(lines).toContain(`warn: ${repeats[0]}`);
    expect(lines.filter((line) => line.startsWith('info: ')).length).toBeGreaterThan(0);
  });

  it.each(['loud', {}, { warn: () => {} }, 3, null])('refuses %o', async (log) => {
    await expect(createStudy({ sampler, log: log as never })).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('prints held back notices when the process is interrupted', async () => {
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    const output = { interactive: false, columns: 80, info: print, warn: print, status: () => {} };
    let interrupt = async (): Promise<void> => {};
    const onInterrupt = (endLoops: () => Promise<void>) => {
      interrupt = endLoops;
      return () => {};
    };
    const environment = { process: null, output, compileExpression: null, onInterrupt };
    const study = await createStudy({ sampler }, { environment });
    let began = (): void => {};
    const third = new Promise<void>((resolve) => {
      began = resolve;
    });
    void study.optimize(
      async (trial) => {
        if (trial.number < 2) throw new Error(`broken ${trial.number}`);
        began();
        return new Promise<number>(() => {});
      },
      { catch: true },
    );
    await third;
    await interrupt();
    expect(lines).toEqual(['Trial 0 failed (error): Error: broken 0', 'Trial 1 failed (error): Error: broken 1']);
  });
});
