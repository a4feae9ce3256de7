import type { Output } from '@asktell/core';

/** The used members of `process.stderr`. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number | undefined;
  write(text: string): unknown;
  on(event: 'error', listener: () => void): unknown;
}

const clearLine = '\r\x1b[K';

/**
 * Prints messages to `stream`, by default to standard error, which leaves standard output to the program. On a terminal,
 * the status line is rewritten in place and stays below other lines. After a write error (EPIPE, a full disk) nothing
 * more is printed, so that the study continues.
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
      broken = true; // the descriptor is closed
    }
  };
  // The last column stays empty, because some terminals wrap when it is written.
  const statusLine = (line: string): string => `${clearLine}${cut(line, columns() - 1)}`;
  const print = (line: string): void => {
    write(status === null ? `${line}\n` : `${clearLine}${line}\n${statusLine(status)}`);
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
      write(line === null ? clearLine : statusLine(line));
    },
  };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value.toLowerCase() !== 'false';
}

/** Truncates `line` to `width` characters and replaces control characters. */
function cut(line: string, width: number): string {
  const characters = [...line.replace(/\p{Cc}+/gu, ' ')];
  return characters.length <= width ? characters.join('') : `${characters.slice(0, Math.max(width - 1, 0)).join('')}…`;
}
