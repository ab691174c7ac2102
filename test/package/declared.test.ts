/** What publint and arethetypeswrong say about the tarball. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { expect, inject, test } from 'vitest';
import { ENTRIES, PRELOADS, specifierOf } from '../../scripts/entries.mjs';

const { tarball } = inject('packed');

interface Analysis {
  readonly analysis: { readonly entrypoints: Readonly<Record<string, unknown>> };
  readonly problems?: Readonly<Record<string, readonly { readonly resolutionKind?: string }[]>>;
}

test('publint finds nothing', async () => {
  const { messages, pkg } = await publint({ pack: { tarball: fs.readFileSync(tarball).buffer } });
  expect(pkg?.['name']).toBe('plimsoll');
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('every entry has its types, however it is resolved', () => {
  // The resolution of Node.js 10 knows no exports: it is left out on purpose.
  const flags = ['--format=json', '--profile=node16', '--no-definitely-typed', '--no-emoji'];
  const attw = 'node_modules/@arethetypeswrong/cli/dist/index.js';
  const { stdout, status } = spawnSync(process.execPath, [attw, tarball, ...flags], {
    encoding: 'utf8',
    // It tells of every file.
    maxBuffer: 64 * 1024 * 1024,
  });
  const { analysis, problems = {} } = JSON.parse(stdout) as Analysis;
  const judged = Object.values(problems)
    .flat()
    .filter(({ resolutionKind }) => resolutionKind !== 'node10');
  expect(judged).toEqual([]);
  expect(status).toBe(0);
  const names = Object.keys(analysis.entrypoints).map((name) =>
    name === '.' ? 'plimsoll' : `plimsoll/${name.slice(2)}`,
  );
  expect(names.sort()).toEqual([...[...ENTRIES, ...PRELOADS].map(specifierOf), 'plimsoll/package.json'].sort());
});
