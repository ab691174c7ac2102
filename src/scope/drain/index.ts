/** Servers, ended so that their clients do not notice. */
export { drain, type DrainResult, readServer, trackConnections } from './drain.ts';
export type { DrainOptions, EndlessResponse } from './options.ts';
