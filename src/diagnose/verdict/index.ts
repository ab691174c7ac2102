/** From evidence to a verdict. */
export type { Evidence, Round, Shot } from './evidence.ts';
export { judgeLiveBytes } from './judge-floors.ts';
export { judge, type JudgeOptions } from './judge.ts';
