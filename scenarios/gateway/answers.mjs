// What the model says to a prompt, and how it behaves while it says it. A function of the prompt alone, so that whoever
// drives the gateway can check every character that comes out of it.
import { randomSource } from '../../bench/lib/stats.mjs';

const WORDS = 'the tide turns at noon and every ship in harbour rides a little lower than her line allows'.split(' ');

/** How many in a hundred prompts meet which fate; the rest are answered at once and whole. */
const FATES = { slow: 8, long: 3, fails: 4, hangsUp: 4, stalls: 3 };

/**
 * @typedef {object} Answer
 * @property {'quick' | 'slow' | 'long' | 'fails' | 'hangsUp' | 'stalls'} fate `fails`: status 500. `hangsUp`: the connection is
 *   cut after half of the tokens. `stalls`: silence after half of them.
 * @property {string[]} tokens What is streamed, an even number of pieces; of a prompt that fails, none.
 * @property {number} pauseMs Between two tokens.
 */

/**
 * @param {string} prompt One that begins with `quick ` is answered whole, and without a pause.
 * @returns {Answer}
 */
export function answerTo(prompt) {
  const random = randomSource(hash(prompt));
  const isQuick = prompt.startsWith('quick ');
  const roll = random() * 100;
  const fate = isQuick ? (roll < FATES.long ? 'long' : 'quick') : pickFate(roll);
  if (fate === 'fails') return { fate, tokens: [], pauseMs: 0 };
  const count = fate === 'long' ? 100 : 8 + 2 * Math.floor(random() * 12);
  const words = fate === 'long' ? 60 : 16;
  const token = () => Array.from({ length: words }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');
  const pauseMs = fate === 'slow' ? 20 : isQuick ? 0 : 2;
  return { fate, tokens: Array.from({ length: count }, () => `${token()} `), pauseMs };
}

/** All that is streamed for a prompt before it ends, in whatever way. */
export function textOf({ fate, tokens }) {
  const isHalf = fate === 'hangsUp' || fate === 'stalls';
  return tokens.slice(0, isHalf ? tokens.length / 2 : undefined).join('');
}

function pickFate(roll) {
  let limit = 0;
  for (const [fate, share] of Object.entries(FATES)) {
    limit += share;
    if (roll < limit) return /** @type {Answer['fate']} */ (fate);
  }
  return 'quick';
}

/** FNV-1a. */
function hash(text) {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
