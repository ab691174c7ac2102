export { analyseGrowth, type GrowthOptions } from './analyse.ts';
export type { Bound } from './bounds.ts';
export type { ClassGrowth, Growth, Suspect } from './suspect.ts';
export type { FunctionPlace, UnitFacts } from './unit-facts.ts';
