/** What is said of each holder that grows. */
export { type Explained, explainGrowth } from './explain.ts';
export { fullestText } from './fullest.ts';
