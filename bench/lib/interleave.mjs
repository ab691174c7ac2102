// Contenders in turn (A B C A B C ...), so that whatever else the machine does falls on all of them alike.

/**
 * @template {{ name: string, rounds?: number }} Contender
 * @template Run
 * @param {readonly Contender[]} contenders `rounds`: takes part in the first so many rounds only.
 * @param {number} rounds
 * @param {(contender: Contender, round: number) => Promise<Run>} runOnce
 * @returns {Promise<Map<string, Run[]>>} Runs by name, in order of the rounds.
 */
export async function interleave(contenders, rounds, runOnce) {
  const runs = new Map(contenders.map((contender) => [contender.name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      if (round >= (contender.rounds ?? rounds)) continue;
      runs.get(contender.name).push(await runOnce(contender, round));
    }
  }
  return runs;
}

/**
 * Two contenders in pairs, the order turned round every time (A B B A ...): each goes first as often as the other.
 *
 * @template Contender
 * @template Run
 * @param {Contender} first
 * @param {Contender} second
 * @param {number} pairs
 * @param {(contender: Contender, pair: number) => Promise<Run>} runOnce
 * @returns {Promise<{ first: Run[], second: Run[] }>} Runs by side, in order of the pairs.
 */
export async function interleavePairs(first, second, pairs, runOnce) {
  const runs = { first: [], second: [] };
  for (let pair = 0; pair < pairs; pair++) {
    const turn = pair % 2 === 0 ? ['first', 'second'] : ['second', 'first'];
    for (const side of turn) runs[side].push(await runOnce(side === 'first' ? first : second, pair));
  }
  return runs;
}
