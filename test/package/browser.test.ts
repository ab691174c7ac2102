/** The entries that need no Node.js, bundled as for a browser and used in a real one. */
import { execFileSync } from 'node:child_process';
import esbuild from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { ENTRIES, fileNameOf, specifierOf } from '../../scripts/entries.mjs';
import { hasChromium, withPage } from '../helpers/browser.ts';
import { serviceOrSkip } from '../helpers/service.ts';

const { project, withoutTools } = inject('packed');
const page = path.join(project, 'browser');
const anywhere = ENTRIES.filter((entry) => entry.anywhere);

async function bundleWithEsbuild(folder: string): Promise<void> {
  const options = { bundle: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022' } as const;
  await esbuild.build({
    ...options,
    entryPoints: [path.join(page, 'main.mjs')],
    outfile: path.join(folder, 'main.mjs'),
  });
  fs.copyFileSync(path.join(page, 'index.html'), path.join(folder, 'index.html'));
}

function bundleWithVite(folder: string): Promise<void> {
  const vite = path.join(project, '../node_modules/vite/bin/vite.js');
  const args = [vite, 'build', page, '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'];
  execFileSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return Promise.resolve();
}

/** Opens a bundle's page; gives what its programs found wrong, by entry, and what the page itself complained of. */
async function openBundle(folder: string): Promise<{ problems: unknown; errors: string[] }> {
  return withPage(async (tab) => {
    const errors: string[] = [];
    tab.on('pageerror', (error) => errors.push(error.message));
    tab.on('console', (message) => errors.push(message.text()));
    await tab.route('**/*', (route) =>
      route.fulfill({ path: path.join(folder, new URL(route.request().url()).pathname) }),
    );
    await tab.goto('http://bundle.test/index.html');
    await tab.waitForFunction('document.title === "done"', undefined, { timeout: 30_000 });
    return { problems: await tab.evaluate('window.problems'), errors };
  });
}

beforeAll(() => {
  const lines = anywhere.map((entry, at) => `import * as use${at} from '../uses/${fileNameOf(entry)}.mjs';`);
  const pairs = anywhere.map((entry, at) => `'${specifierOf(entry)}': use${at}`);
  fs.writeFileSync(
    path.join(page, 'programs.mjs'),
    `${lines.join('\n')}\nexport const programs = { ${pairs.join(', ')} };\n`,
  );
});

describe.skipIf(serviceOrSkip('chromium', hasChromium))('in Chromium', () => {
  const withVite = test.skipIf(serviceOrSkip('the tools of test/consumers', withoutTools === null));
  const expected = { problems: Object.fromEntries(anywhere.map((entry) => [specifierOf(entry), []])), errors: [] };

  test('a bundle of esbuild works', async () => {
    const folder = fs.mkdtempSync(path.join(project, 'esbuild-'));
    await bundleWithEsbuild(folder);
    expect(await openBundle(folder)).toEqual(expected);
  });

  withVite('a bundle of Vite works', async () => {
    const folder = fs.mkdtempSync(path.join(project, 'vite-'));
    await bundleWithVite(folder);
    expect(await openBundle(folder)).toEqual(expected);
  });
});
