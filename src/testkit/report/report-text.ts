/** A result as a person reads it when their test has failed. */
import { formatBytes, formatCount } from '../../base/units.ts';
import type { Leak, LeakResult } from '../check/result.ts';

const LEAKS_SHOWN = 5;

/** The whole result as text: what happened, each leak with owner, path, counts and advice, what was ignored. */
export function formatLeakResult(result: LeakResult): string {
  const { name, verdict, reason, leaks, ignored } = result;
  const word = { pass: 'does not leak', fail: 'leaks', unstable: 'may leak; the check could not decide' }[verdict];
  const parts = [`${name} ${word}. ${reason}`, ...leaks.slice(0, LEAKS_SHOWN).map(leakText)];
  if (leaks.length > LEAKS_SHOWN) parts.push(`and ${leaks.length - LEAKS_SHOWN} more.`);
  if (ignored.length > 0) {
    parts.push(['Ignored:', ...ignored.map(({ leak, reason: why }) => `   ${leak.sentence}\n      ${why}`)].join('\n'));
  }
  if (verdict !== 'pass') parts.push(figures(result));
  return parts.join('\n\n');
}

function leakText(leak: Leak, index: number): string {
  const { sentence, path, count, countPerRound, bytes, perCall, allocatedIn, advice, fingerprint } = leak;
  const isTold = allocatedIn === null || sentence.includes(allocatedIn);
  const hops = path.map((hop, depth) => `   ${'  '.repeat(depth)}${depth === 0 ? '· ' : '└ '}${hop}`);
  const counted = perCall === null ? '' : `, ${formatCount(perCall)} with every call`;
  const size = bytes === 0 ? '' : `, ${formatBytes(bytes)}`;
  return [
    `${index + 1}. ${sentence}`,
    ...hops,
    `   counted   +${formatCount(count)} while it was confirmed: ${formatCount(countPerRound)} a round${counted}${size}`,
    ...(isTold ? [] : [`   allocated in ${allocatedIn}`]),
    `   remedy    ${advice}`,
    `   accept    fingerprint ${fingerprint}`,
  ].join('\n');
}

function figures({ growth, iterations, calls, evidence, durationMs }: LeakResult): string {
  const rounds = growth.map((bytes) => `${bytes < 0 ? '' : '+'}${formatBytes(bytes)}`).join(', ');
  const proof = {
    growth: 'growth alone',
    snapshots: 'growth and two heap snapshots',
    counts: 'growth and counts of live objects',
  }[evidence];
  return [
    `Each round (${formatCount(iterations)} calls): ${rounds}.`,
    `By ${proof}, after ${formatCount(calls)} calls and ${(durationMs / 1000).toFixed(1)} s.`,
  ].join('\n');
}
