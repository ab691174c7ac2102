/** Variables of the environment as options: a good value is taken, rubbish is a warning and leaves the default. */
import { messageOf } from './errors.ts';
import { warn } from './warnings.ts';

/** What `process.env` is. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variable `name`, read by a validator of `options.ts`; `undefined` when it is not set, empty, or outside its rule,
 * which `onInvalid` hears of: without it, it is told by `PLIM_WARN_ENVIRONMENT_INVALID`.
 */
export function readVariable<T>(
  env: Environment,
  name: string,
  readValue: (name: string, text: string) => T,
  onInvalid: (error: unknown) => void = warnOfRubbish,
): T | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  try {
    return readValue(name, text);
  } catch (error) {
    onInvalid(error);
    return undefined;
  }
}

function warnOfRubbish(error: unknown): void {
  warn({ code: 'PLIM_WARN_ENVIRONMENT_INVALID', message: `${messageOf(error)} The default is used.` });
}
