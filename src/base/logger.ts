import { invalidOption } from './options.ts';

/** Takes one line of a log: what is known about it, and the sentence. `pino`, `console` and what is like them will do. */
export type LogLine = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** Where log lines go, by how much they matter. */
export interface Logger {
  readonly debug: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
  /** Whether lines of a level are kept at all; asked before one is made, where it is there. */
  readonly isLevelEnabled?: (level: 'debug') => boolean;
}

/** Checks a logger, or nothing. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function readLogger(name: string, value: Logger | undefined): Logger | undefined {
  if (value === undefined) return undefined;
  const methods = ['debug', 'warn', 'error'] as const;
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  if (isObject && methods.every((method) => typeof value[method] === 'function')) return value;
  throw invalidOption(name, 'an object with `debug`, `warn` and `error`, such as `console`', value);
}
