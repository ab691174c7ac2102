/** One call that looks after a service. */
export { optionsFromEnv } from './from-env.ts';
export { Guard, guard } from './guard.ts';
export type { GuardOptions } from './options.ts';
