import type { Output } from '@asktell/core';

/** The part of `process.stderr` that is used. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number | undefined;
  write(text: string): unknown;
  on(event: 'error', listener: () => void): unknown;
}

const clearLine = '\r\x1b[K';

/**
 * Prints remarks to `stream`: standard error, so that standard output stays the program's own. On a terminal the status
 * line is rewritten in place and steps aside for other lines. A reader that went away (EPIPE) or a full disk behind it
 * must not end a study: the output falls silent.
 */
export function createOutput(
  stream: OutputStream = process.stderr,
  env: { readonly [name: string]: string | undefined } = process.env,
): Output {
  const interactive = stream.isTTY === true && !isSet(env.CI) && env.TERM !== 'dumb';
  const colored = interactive && (env.NO_COLOR ?? '') === '';
  let status: string | null = null;
  let broken = false;
  let listening = false;

  const columns = (): number => (stream.columns !== undefined && stream.columns > 0 ? stream.columns : 80);
  const write = (text: string): void => {
    if (broken) return;
    if (!listening) {
      listening = true;
      stream.on('error', () => {
        broken = true;
      });
    }
    try {
      stream.write(text);
    } catch {
      broken = true; // a closed descriptor; there is nobody to tell
    }
  };
  // One column stays free: some terminals wrap as soon as the last one is written.
  const drawn = (line: string): string => `${clearLine}${cut(line, columns() - 1)}`;
  const print = (line: string): void => {
    write(status === null ? `${line}\n` : `${clearLine}${line}\n${drawn(status)}`);
  };

  return {
    interactive,
    get columns() {
      return columns();
    },
    info: print,
    warn: (line) => print(colored ? `\x1b[33m${line}\x1b[39m` : line),
    status(line) {
      if (!interactive || line === status) return;
      status = line;
      write(line === null ? clearLine : drawn(line));
    },
  };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value.toLowerCase() !== 'false';
}

/** The first `width` characters on one line, without anything that would move the cursor. */
function cut(line: string, width: number): string {
  const characters = [...line.replace(/\p{Cc}+/gu, ' ')];
  return characters.length <= width ? characters.join('') : `${characters.slice(0, Math.max(width - 1, 0)).join('')}…`;
}
