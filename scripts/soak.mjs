#!/usr/bin/env node
// `npm run soak -- --hours N`: the gateway of scenarios/ under load and faults, watched by Plimsoll, for so long.
// `npm run soak`: sessions at work for PLIMSOLL_SOAK_MINUTES (10) on Node.js and Bun, against the figures they have to keep.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { dist, root } from './lib/paths.mjs';
import { findRuntimes } from './lib/runtimes.mjs';

// With --hours it is the gateway's turn, whatever else is said.
if (process.argv.length > 2) {
  const { status } = spawnSync(process.execPath, [path.join(root, 'scenarios/soak.mjs'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}

const KB = 1024;
const minutes = Number(process.env.PLIMSOLL_SOAK_MINUTES ?? 10);
if (!(minutes > 0)) {
  console.error(`Expected PLIMSOLL_SOAK_MINUTES to be a number of minutes, got ${process.env.PLIMSOLL_SOAK_MINUTES}.`);
  process.exit(2);
}

/** What is measured, with the most it may be. @type {readonly [string, string, number][]} */
const LIMITS = [
  ['retained', 'of 100 sessions that came and went', 0],
  ['listeners', 'listeners after the end', 0],
  ['brokerListeners', 'listeners to events after the end', 0],
  ['timers', 'timers after the end', 0],
  ['growthBytesPerMinute', 'bytes of growth a minute', 100 * KB],
  ['slopeBytesPerSample', 'bytes of slope over ten samples, each', 100 * KB],
  ['inUseBytes', 'bytes of 15 sessions', 5 * KB * KB],
  ['leftBytes', 'bytes left after the end', KB * KB],
  ['majorsPerMinute', 'major collections a minute, besides those asked for', 1],
];

const runs = [{ name: 'Node.js', program: process.execPath, flags: ['--expose-gc'] }];
const bun = findRuntimes().runtimes.find(({ name }) => name === 'Bun');
if (bun !== undefined) runs.push({ name: 'Bun', program: bun.program, flags: [] });
else console.log('Bun is not there: Node.js alone.');

let isGood = true;
for (const { name, program, flags } of runs) {
  console.log(`${name}, ${minutes} min`);
  const script = path.join(root, 'test/soak/sessions.mjs');
  const options = {
    encoding: /** @type {const} */ ('utf8'),
    stdio: /** @type {any} */ (['ignore', 'pipe', 'inherit']),
  };
  const { status, stdout } = spawnSync(program, [...flags, script, dist, String(minutes)], options);
  if (status !== 0) throw new Error(`${name} ended with ${status}.`);
  const figures = JSON.parse(stdout);
  for (const [key, what, most] of LIMITS) {
    const value = figures[key];
    const isKept = value === null || value === undefined || value <= most;
    isGood &&= isKept;
    console.log(
      `  ${isKept ? 'kept  ' : 'MISSED'} ${String(value ?? 'not known').padStart(10)} ${what} (at most ${most})`,
    );
  }
  console.log(
    `  ${figures.rounds} rounds, ${figures.stats.opened} sessions; left in a snapshot: ${JSON.stringify(figures.objects)}`,
  );
}
process.exitCode = isGood ? 0 : 1;
