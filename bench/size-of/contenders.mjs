// Ways to weigh a value: each a function from a value to bytes.
import { createRequire } from 'node:module';
import path from 'node:path';
import v8 from 'node:v8';
import { importBuilt } from '../lib/dist.mjs';
import { peersFolder } from './peers/install.mjs';

/** Name to what makes the contender ready. */
const contenders = {
  sizeOf: async (dist) => {
    const { sizeOf } = await importBuilt(dist, 'cache/size-of/index.js');
    return (value) => sizeOf(value);
  },
  'JSON.stringify': () => (value) => JSON.stringify(value).length,
  'v8.serialize': () => (value) => v8.serialize(value).length,
  'object-sizeof': () => {
    const peer = createRequire(path.join(peersFolder, 'package.json'))('object-sizeof');
    return (value) => peer(value);
  },
};

export const contenderNames = Object.keys(contenders);

/** The contenders called `names`; what one cannot weigh, it gives `NaN` for. */
export async function loadContenders(dist, names) {
  const loaded = {};
  for (const name of names) loaded[name] = orNaN(await contenders[name](dist));
  return loaded;
}

/** Cycles, functions and bigints throw in some of them. */
function orNaN(weigh) {
  return (value) => {
    try {
      return weigh(value);
    } catch {
      return Number.NaN;
    }
  };
}
