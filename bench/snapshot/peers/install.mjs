// The peers live in bench/.work/peers, pinned here: they are measured, never shipped.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BenchFailure } from '../../lib/failure.mjs';
import { workFolder } from '../../lib/paths.mjs';

/** Where the peers are installed. */
export const peersFolder = path.join(workFolder, 'peers');

/** The DevTools engine as one file for Node.js. */
export const devtoolsEngine = path.join(peersFolder, 'devtools-engine.mjs');

const manifest = {
  name: 'plimsoll-bench-peers',
  private: true,
  dependencies: { '@memlab/core': '2.0.5', 'chrome-devtools-frontend': '1.0.1705227', esbuild: '0.28.2' },
};

const workerSources = 'chrome-devtools-frontend/front_end/entrypoints/heap_snapshot_worker';

/** Installs and bundles the peers, unless that is done already. */
export async function installPeers() {
  const wanted = `${JSON.stringify(manifest, null, 2)}\n`;
  const manifestFile = path.join(peersFolder, 'package.json');
  const present = fs.existsSync(manifestFile) && fs.readFileSync(manifestFile, 'utf8') === wanted;
  if (present && fs.existsSync(devtoolsEngine)) return;
  console.log('installing memlab and the DevTools engine into bench/.work/peers ...');
  fs.rmSync(peersFolder, { recursive: true, force: true });
  fs.mkdirSync(peersFolder, { recursive: true });
  fs.writeFileSync(manifestFile, wanted);
  npmInstall();
  await bundleDevtools();
}

function npmInstall() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // memlab brings a browser driver; its download is a script, and reading files needs no browser.
  const flags = ['install', '--ignore-scripts', '--no-audit', '--no-fund'];
  const run = spawnSync(npm, flags, {
    cwd: peersFolder,
    env: { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '1' },
    encoding: 'utf8',
  });
  if (run.status !== 0)
    throw new BenchFailure(`The peers could not be installed: ${run.stderr?.slice(-600) ?? run.error}`);
}

async function bundleDevtools() {
  const esbuild = await import(pathToFileURL(path.join(peersFolder, 'node_modules/esbuild/lib/main.js')).href);
  await esbuild.build({
    stdin: {
      contents: ['HeapSnapshotLoader', 'HeapSnapshot']
        .map((name) => `export * as ${name} from '${workerSources}/${name}.js';`)
        .join('\n'),
      resolveDir: peersFolder,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: devtoolsEngine,
    plugins: [locales],
  });
}

/** DevTools' own build generates this module; the engine never shows a translated word. */
const locales = {
  name: 'locales',
  setup(build) {
    build.onResolve({ filter: /\/locales\.js$/ }, () => ({ path: 'locales', namespace: 'locales' }));
    build.onLoad({ filter: /.*/, namespace: 'locales' }, () => ({
      contents: `
        export const LOCALES = ['en-US'], BUNDLED_LOCALES = ['en-US'], DEFAULT_LOCALE = 'en-US';
        export const LOCAL_FETCH_PATTERN = './@LOCALE@.json', REMOTE_FETCH_PATTERN = '@HOST@/@VERSION@/@LOCALE@.json';
      `,
    }));
  },
};
