/** The programs in test/uses compile in the installed project, as its users would compile them. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { ENTRIES, fileNameOf } from '../../scripts/entries.mjs';
import { serviceOrSkip } from '../helpers/service.ts';

const { project, withoutTools } = inject('packed');
const USES = 'test/uses';

const COMPILERS = [
  ['TypeScript 7', path.resolve('node_modules/typescript/bin/tsc')],
  ['TypeScript 6', path.join(project, '../node_modules/typescript6/bin/tsc6')],
  ['TypeScript 5', path.join(project, '../node_modules/typescript5/bin/tsc')],
] as const;

/** Every use, or those of entries that need no Node.js, written with the ending that makes a module of it. */
const FORMS: Readonly<Record<string, { ending: string; options: object; withoutNode?: boolean }>> = {
  'nodenext, ES modules': { ending: 'mts', options: { module: 'nodenext', types: ['node'] } },
  'nodenext, CommonJS': { ending: 'cts', options: { module: 'nodenext', types: ['node'] } },
  bundler: { ending: 'ts', options: { module: 'esnext', moduleResolution: 'bundler', types: ['node'] } },
  'bundler, for a browser': {
    ending: 'ts',
    options: { module: 'esnext', moduleResolution: 'bundler', types: [], lib: ['es2022', 'dom', 'esnext.disposable'] },
    withoutNode: true,
  },
};

const COMMON = { target: 'es2022', strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };

function folderOf(form: string): string {
  return path.join(project, 'types', form.replaceAll(/\W+/g, '-'));
}

beforeAll(() => {
  for (const [form, { ending, options, withoutNode = false }] of Object.entries(FORMS)) {
    const folder = folderOf(form);
    fs.mkdirSync(folder, { recursive: true });
    const config = { compilerOptions: { ...COMMON, ...options }, include: [`*.${ending}`] };
    fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    for (const entry of ENTRIES.filter(({ anywhere }) => anywhere === true || !withoutNode)) {
      const name = fileNameOf(entry);
      fs.copyFileSync(path.join(USES, `${name}.ts`), path.join(folder, `${name}.${ending}`));
    }
  }
});

describe.each(COMPILERS)('%s', (_name, compiler) => {
  test.skipIf(serviceOrSkip('the tools of test/consumers', withoutTools === null)).each(Object.keys(FORMS))(
    'compiles for %s',
    (form) => {
      const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folderOf(form), '--pretty', 'false'], {
        encoding: 'utf8',
      });
      expect(stdout).toBe('');
      expect(status).toBe(0);
    },
  );
});

test('a wrong use does not compile', () => {
  const folder = path.join(project, 'types', 'wrong');
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'a.mts'), "import { PlimsollError } from 'plimsoll';\nnew PlimsollError(1, 2);\n");
  const config = { compilerOptions: { ...COMMON, module: 'nodenext', types: [] }, include: ['*.mts'] };
  fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = COMPILERS[0][1];
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/a\.mts\(2,\d+\): error TS2345/);
  expect(status).not.toBe(0);
});
