// A signal in the middle of the load: what becomes of those who were being served.
import { setTimeout as pause } from 'node:timers/promises';
import { check, checkAtLeast, checkAtMost, checkEqual } from './outcome.mjs';

/** Who connects in the moment between the last look and the end of listening cannot be accepted by anybody. */
const MOST_AT_THE_DOOR = 2;

/**
 * @param {import('./processes.mjs').GatewayProcess} gateway
 * @param {import('./load.mjs').Load} load
 * @param {NodeJS.Signals} signal
 */
export async function endUnderLoad(gateway, load, signal) {
  const busy = load.round(Infinity);
  await pause(1_000);
  gateway.signal(signal);
  const begun = performance.now();
  const end = await gateway.ended;
  const ms = performance.now() - begun;
  // Clients find the door closed from now on; that goes on for a moment, and then they give up.
  await pause(200);
  load.stop();
  const tally = await busy;
  // Of those the system had let in while the service no longer looked: nobody had accepted them.
  const atTheDoor = tally.excuse(gateway.accepted);
  process.stderr.write(
    `  ${signal} in mid-load, ended after ${(ms / 1000).toFixed(1)} s: ${tally.text}; ${atTheDoor} reset at the door\n`,
  );
  return { end, tally, atTheDoor };
}

/** @param {NodeJS.Signals} signal */
export function checkEnding(signal, { end, tally, atTheDoor }) {
  return [
    checkEqual(`${signal} in mid-load: what its parent sees`, signal, end.signal ?? `status ${end.status}`),
    checkAtLeast(`${signal} in mid-load: requests answered around it`, 50, tally.counts.whole),
    check(
      `${signal} in mid-load: clients who came too late, and saw a closed door`,
      'more than 0',
      tally.counts.notAccepted,
      tally.counts.notAccepted > 0,
    ),
    checkAtMost(
      `${signal} in mid-load: connections that were never accepted, reset at the door`,
      MOST_AT_THE_DOOR,
      atTheDoor,
    ),
    checkEqual(
      `${signal} in mid-load: accepted requests without a whole answer`,
      0,
      tally.counts.lost + tally.counts.bye,
    ),
  ];
}
