import { cpuNs } from './cpu.mjs';

const CALLS = 64;

/**
 * The longest of `count` calls, ms. A call took no longer than the wall clock says, and no longer than the CPU time that
 * the process used around it: the smaller of the two leaves out what other programs on the machine did meanwhile.
 *
 * @param {number} count
 * @param {(index: number) => void} call
 */
export function longestCall(count, call) {
  let longest = 0;
  for (let from = 0; from < count; from += CALLS) {
    const cpuBefore = cpuNs();
    let longestHere = 0;
    for (let index = from; index < Math.min(from + CALLS, count); index++) {
      const before = performance.now();
      call(index);
      const took = performance.now() - before;
      if (took > longestHere) longestHere = took;
    }
    if (longestHere > longest) longest = Math.max(longest, Math.min(longestHere, (cpuNs() - cpuBefore) / 1e6));
  }
  return longest;
}
