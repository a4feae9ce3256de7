import { type Check, isFunction, isObject, must } from '../checks/checks.ts';
import type { Output } from '../environment.ts';

/**
 * Which notices are printed. `'error'`: failed trials and ignored results. `'warn'`: also what the user should know.
 * `'info'`: everything. `'silent'`: nothing, no progress either.
 */
export type LogLevel = 'silent' | 'error' | 'warn' | 'info';

/** Receives notices, one line each, instead of the console. */
export interface Logger {
  error(line: string): void;
  warn(line: string): void;
  /** Receives the lines of `progress`, and notices for those who want to read everything. */
  info(line: string): void;
}

const levels: readonly LogLevel[] = ['silent', 'error', 'warn', 'info'];

export const isLog: Check = must(
  "'silent', 'error', 'warn', 'info' or an object with the methods error, warn and info",
  (value) =>
    levels.includes(value as LogLevel) ||
    (isObject(value) && ['error', 'warn', 'info'].every((name) => isFunction(value[name]))),
);

const nothing = (): void => undefined;

/** The output of a study with this option. */
export function outputFor(log: LogLevel | Logger, output: Output): Output {
  if (log === 'info') return output;
  if (typeof log === 'object')
    return {
      interactive: false,
      columns: output.columns,
      info: (line) => log.info(line),
      warn: (line) => log.warn(line),
      error: (line) => log.error(line),
      status: nothing,
    };
  const error = (line: string): void => (output.error ?? output.warn)(line);
  if (log === 'silent')
    return { interactive: false, columns: output.columns, info: nothing, warn: nothing, status: nothing };
  return { ...output, error, warn: log === 'warn' ? output.warn : nothing, hint: nothing };
}
