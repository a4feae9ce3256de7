import { expensiveSeeds, expensiveTrials } from './expensive-problems.ts';
import type { SamplerSpec } from './run.ts';

export interface QualityOptions {
  readonly samplers: readonly SamplerSpec[];
  /** By default each sampler has its usual opponent. */
  readonly against: readonly SamplerSpec[] | null;
  /** `expensive`, a family or tag, or a regular expression on the name. */
  readonly problems: string | null;
  readonly split: 'tune' | 'report' | 'both';
  readonly trials: number;
  readonly seeds: number;
  readonly concurrency: number;
  readonly jobs: number;
  /** Peers' runs are neither taken from the cache (but put there) nor from those that are kept. */
  readonly fresh: boolean;
  /** Path of the report without ending; `.md` and `.json` are written. */
  readonly out: string | null;
}

const flags = ['quick', 'fresh'] as const;
const settings = ['samplers', 'against', 'problems', 'split', 'trials', 'seeds', 'concurrency', 'jobs', 'out'] as const;

/** What `--help` says. */
export const usage = `npm run bench:quality -- [--quick] [--samplers tpe,…] [--against optuna-tpe,…] …

  --samplers     ours, as saved with a study, options as JSON after a colon: tpe,tpe:{"candidates":128}   [random]
  --against      any sampler, theirs or ours                      [the peer's of the same name, else its TPE]
  --problems     a family, a tag, a regular expression on names, or: expensive                          [all]
  --split        tune, report or both                                                                [report]
  --trials       of each study                                           [200, --quick: 50, expensive: 100]
  --seeds        studies of each side                                        [20, --quick: 5, expensive: 5]
  --concurrency  trials that are out at the same time                                                    [1]
  --jobs         processes that run studies                                                              [2]
  --fresh        run the peers again instead of taking runs that are cached or kept; installs expensive ones
  --out          writes <path>.md and <path>.json                                              [prints only]

ASKTELL_PYTHON names a Python that has the peers; without it one is made in .peers. See docs/quality.md.`;

export function asksForHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h');
}

/** @throws Error that says which argument is wrong and what it should be */
export function readOptions(args: readonly string[]): QualityOptions {
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--') continue; // pnpm hands it on
    const [, name = '', joined] = /^--([a-z]+)(?:=([\s\S]*))?$/.exec(args[i] as string) ?? [];
    if ((flags as readonly string[]).includes(name) && joined === undefined) given.set(name, 'true');
    else if ((settings as readonly string[]).includes(name)) {
      const value = joined ?? args[++i];
      if (value === undefined) throw new Error(`--${name} needs a value`);
      given.set(name, value);
    } else {
      const known = [...settings, ...flags, 'help'].map((option) => `--${option}`).join(', ');
      throw new Error(`unknown option '${args[i]}'. The options are ${known}`);
    }
  }
  const quick = given.has('quick');
  const split = given.get('split') ?? 'report';
  if (split !== 'tune' && split !== 'report' && split !== 'both')
    throw new Error(`--split is tune, report or both, not '${split}'`);
  const against = given.get('against');
  const isExpensive = given.get('problems') === 'expensive';
  return {
    samplers: readSamplers(given.get('samplers') ?? 'random'),
    against: against === undefined ? null : readSamplers(against),
    problems: given.get('problems') ?? null,
    split,
    trials: count(given, 'trials', quick ? 50 : isExpensive ? expensiveTrials : 200),
    seeds: count(given, 'seeds', quick ? 5 : isExpensive ? expensiveSeeds : 20),
    concurrency: count(given, 'concurrency', 1),
    jobs: count(given, 'jobs', 2),
    fresh: given.has('fresh'),
    out: given.get('out') ?? null,
  };
}

function count(given: ReadonlyMap<string, string>, name: string, usual: number): number {
  const value = Number(given.get(name) ?? usual);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} is a whole number from 1 on, not '${given.get(name)}'`);
  return value;
}

/** `tpe,tpe:{"candidates":128}`: names, each with its options as JSON after a colon; commas inside braces do not part. */
export function readSamplers(text: string): readonly SamplerSpec[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => {
    const label = part.trim();
    const colon = label.indexOf(':');
    if (label === '') throw new Error(`a sampler has no name in '${text}'`);
    if (colon < 0) return { label, name: label, options: {} };
    try {
      const options = JSON.parse(label.slice(colon + 1)) as SamplerSpec['options'];
      return { label, name: label.slice(0, colon), options };
    } catch (error) {
      throw new Error(`the options of '${label}' are no JSON`, { cause: error });
    }
  });
}
