// Who takes part: each the arguments of a whole Node.js process that reads one snapshot.
import { fileURLToPath } from 'node:url';
import { builtFile } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { devtoolsEngine, peersFolder } from './peers/install.mjs';

const script = (name) => fileURLToPath(new URL(`peers/${name}`, import.meta.url));

/** Room for the engines that hold a snapshot as objects. */
const LARGE = '--max-old-space-size=12288';

/** Arguments of a process in which the built package reads `file`. */
export const plimsollArgs = (file, dist) => [script('plimsoll.mjs'), file, builtFile(dist, 'snapshot/index.js')];

/** In the order in which they run; `installed`: needs the peers of peers/install.mjs. */
const engines = {
  prototype: { args: (file) => [script('prototype/run.mjs'), file] },
  plimsoll: { args: plimsollArgs },
  memlab: { installed: true, args: (file) => [LARGE, script('memlab.cjs'), file, peersFolder] },
  devtools: { installed: true, args: (file) => [LARGE, script('devtools.mjs'), file, devtoolsEngine] },
};

export const engineNames = Object.keys(engines);

/** The engines called `names`, the yardstick (the prototype) first whether or not it is named. */
export function chooseEngines(names, peerRounds) {
  const unknown = names.find((name) => !engineNames.includes(name));
  if (unknown !== undefined)
    throw new BenchFailure(`There is no engine '${unknown}'. There are: ${engineNames.join(', ')}.`);
  return engineNames
    .filter((name) => name === 'prototype' || names.includes(name))
    .map((name) => ({ name, ...engines[name], ...(engines[name].installed && { rounds: peerRounds }) }));
}
