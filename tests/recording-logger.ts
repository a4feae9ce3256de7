import type { Logger } from '../packages/core/src/study/log.ts';

/** A logger that keeps what it is given, as lines such as `warn: …`. */
export function recordingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const add = (severity: string) => (line: string) => void lines.push(`${severity}: ${line}`);
  return { lines, info: add('info'), warn: add('warn'), error: add('error') };
}
