/** True sizes of values, as V8 lays them out. */
export { type MeasuredSize, measureSize, sizeOf, type SizeOfOptions } from './size-of.ts';
