/** Pressure given to caches: above a line, they give memory back, what is worth least first. */
export type { AllGivenBack, FailedCache, GivenBack } from './give-back.ts';
export type { Line } from './lines.ts';
export { LoadLine, type LoadLineEvents, type LoadLineStatus, type Relief } from './load-line.ts';
export type { LoadLineOptions } from './options.ts';
