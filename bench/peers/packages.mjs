// The caches that Plimsoll's is measured beside, pinned here: installed by the bench, never shipped.
import { importFrom, installPackages } from '../lib/packages.mjs';

const dependencies = {
  'lru-cache': '11.5.3',
  mnemonist: '0.40.8',
  'quick-lru': '7.3.0',
  'tiny-lru': '13.1.0',
  'lru.min': '1.1.5',
  '@neophi/sieve-cache': '1.5.0',
  transitory: '2.2.0',
};

/** Installs them, unless they are there; gives the folder. */
export function installCaches() {
  return installPackages('caches', dependencies);
}

export function importPeer(name) {
  return importFrom(installCaches(), name);
}
