// The peer lives in bench/.work/peers-size-of, pinned here: it is measured, never shipped.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { BenchFailure } from '../../lib/failure.mjs';
import { workFolder } from '../../lib/paths.mjs';

/** Where the peer is installed. */
export const peersFolder = path.join(workFolder, 'peers-size-of');

const manifest = { name: 'plimsoll-bench-size-of-peers', private: true, dependencies: { 'object-sizeof': '2.6.5' } };

/** Installs the peer, unless that is done already. */
export function installPeers() {
  const wanted = `${JSON.stringify(manifest, null, 2)}\n`;
  const file = path.join(peersFolder, 'package.json');
  const isThere = fs.existsSync(path.join(peersFolder, 'node_modules/object-sizeof'));
  if (isThere && fs.readFileSync(file, 'utf8') === wanted) return;
  console.log('installing object-sizeof into bench/.work/peers-size-of ...');
  fs.rmSync(peersFolder, { recursive: true, force: true });
  fs.mkdirSync(peersFolder, { recursive: true });
  fs.writeFileSync(file, wanted);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const flags = ['install', '--ignore-scripts', '--no-audit', '--no-fund'];
  const run = spawnSync(npm, flags, { cwd: peersFolder, encoding: 'utf8' });
  if (run.status !== 0)
    throw new BenchFailure(`The peer could not be installed: ${run.stderr?.slice(-600) ?? run.error}`);
}
