// What the second tier is measured beside, pinned here: installed by the bench, never shipped.
import { importFrom, installPackages } from '../lib/packages.mjs';

const dependencies = {
  redis: '6.3.1',
  ioredis: '5.11.1',
  bentocache: '1.6.1',
  cacheable: '2.5.0',
  '@keyv/redis': '5.1.6',
};

/** Installs them, unless they are there; gives the folder. */
export function installTierPeers() {
  return installPackages('tier', dependencies);
}

/** A module of one of them; the folder's own copies meet each other. */
export function importTierPeer(name) {
  return importFrom(installTierPeers(), name);
}
