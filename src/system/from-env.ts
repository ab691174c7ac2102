import { type Environment, readVariable } from '../base/environment.ts';
import { readHosts } from './access/host.ts';
import { readTokens } from './access/token.ts';
import type { SystemOptions } from './options.ts';

/**
 * Options of a `SystemApi` from the environment: `PLIMSOLL_SYSTEM_TOKEN`, one token or several with commas between them, and
 * `PLIMSOLL_SYSTEM_HOSTS`, names likewise. Rubbish is a warning, which never shows a token, and leaves the default: without a token
 * nobody may ask for what needs one.
 *
 * ```ts
 * new SystemApi({ ...systemOptionsFromEnv(process.env), basePath: '/api/system' });
 * ```
 */
export function systemOptionsFromEnv(env: Environment): Pick<SystemOptions, 'token' | 'hosts'> {
  const token = readVariable(env, 'PLIMSOLL_SYSTEM_TOKEN', (name, text) => readTokens(name, listed(text)));
  const hosts = readVariable(env, 'PLIMSOLL_SYSTEM_HOSTS', (name, text) => readHosts(name, listed(text)));
  return { ...(token === undefined ? {} : { token }), ...(hosts === undefined ? {} : { hosts }) };
}

function listed(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}
