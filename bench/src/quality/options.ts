import type { SamplerSpec } from './run.ts';

/** The parsed arguments of `npm run bench:quality`. */
export interface QualityOptions {
  readonly samplers: readonly SamplerSpec[];
  /** The opponents, or `null` for the default opponent of each sampler. */
  readonly against: readonly SamplerSpec[] | null;
  /** A family, a tag, or a regular expression on names. `null` selects all problems. */
  readonly problems: string | null;
  readonly split: 'tune' | 'report' | 'both';
  readonly trials: number;
  readonly seeds: number;
  readonly concurrency: number;
  readonly jobs: number;
  /** Whether to run the peers again instead of reading the cache. */
  readonly fresh: boolean;
  /** Path of the report without its extension. `.md` and `.json` are written. */
  readonly out: string | null;
}

const flags = ['quick', 'fresh'] as const;
const settings = ['samplers', 'against', 'problems', 'split', 'trials', 'seeds', 'concurrency', 'jobs', 'out'] as const;

/** The output of `--help`. */
export const usage = `npm run bench:quality -- [--quick] [--samplers tpe,…] [--against optuna-tpe,…] …

  --samplers     registry names of our samplers, with options as JSON: tpe,tpe:{"candidates":128}         [random]
  --against      samplers of peers or ours          [the peer's sampler of the same name, otherwise its TPE]
  --problems     a family, a tag, or a regular expression on names                                      [all]
  --split        tune, report or both                                                                [report]
  --trials       trials per study                                                         [200, --quick: 50]
  --seeds        studies per sampler and problem                                            [20, --quick: 5]
  --concurrency  pending trials at the same time                                                         [1]
  --jobs         processes that run studies                                                              [2]
  --fresh        run the peers again instead of reading their runs from the cache
  --out          writes <path>.md and <path>.json                                              [prints only]

ASKTELL_PYTHON names a Python with the peers. By default one is created in .peers. See docs/quality.md.`;

/** Whether the arguments contain `--help` or `-h`. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h');
}

/**
 * Parses the arguments.
 * @throws Error for an invalid argument
 */
export function readOptions(args: readonly string[]): QualityOptions {
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--') continue; // pnpm passes it through
    const [, name = '', joined] = /^--([a-z]+)(?:=([\s\S]*))?$/.exec(args[i] as string) ?? [];
    if ((flags as readonly string[]).includes(name) && joined === undefined) given.set(name, 'true');
    else if ((settings as readonly string[]).includes(name)) {
      const value = joined ?? args[++i];
      if (value === undefined) throw new Error(`--${name} needs a value`);
      given.set(name, value);
    } else {
      const known = [...settings, ...flags, 'help'].map((option) => `--${option}`).join(', ');
      throw new Error(`option must be one of ${known}, not '${args[i]}'`);
    }
  }
  const quick = given.has('quick');
  const split = given.get('split') ?? 'report';
  if (split !== 'tune' && split !== 'report' && split !== 'both')
    throw new Error(`--split must be tune, report or both, not '${split}'`);
  const against = given.get('against');
  return {
    samplers: readSamplers(given.get('samplers') ?? 'random'),
    against: against === undefined ? null : readSamplers(against),
    problems: given.get('problems') ?? null,
    split,
    trials: count(given, 'trials', quick ? 50 : 200),
    seeds: count(given, 'seeds', quick ? 5 : 20),
    concurrency: count(given, 'concurrency', 1),
    jobs: count(given, 'jobs', 2),
    fresh: given.has('fresh'),
    out: given.get('out') ?? null,
  };
}

function count(given: ReadonlyMap<string, string>, name: string, byDefault: number): number {
  const value = Number(given.get(name) ?? byDefault);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} must be a positive integer, not '${given.get(name)}'`);
  return value;
}

/** Parses `tpe,tpe:{"candidates":128}`: names with options as JSON after a colon. Commas in braces do not separate names. */
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
    if (label === '') throw new Error(`each sampler must have a name, unlike in '${text}'`);
    if (colon < 0) return { label, name: label, options: {} };
    try {
      const options = JSON.parse(label.slice(colon + 1)) as SamplerSpec['options'];
      return { label, name: label.slice(0, colon), options };
    } catch (error) {
      throw new Error(`the options of a sampler must be JSON, unlike in '${label}'`, { cause: error });
    }
  });
}
