/** `plimsoll audit` as a user runs it, in projects of their own with oxlint, with ESLint, and with neither. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPairs } from '../helpers/audit-pairs.ts';
import { bareNode, DIST, plimsoll, type ProgramEnded } from '../helpers/program.ts';
import { writeTree } from '../helpers/temp-dir.ts';

const LEAKY =
  'const cache = new Map();\nexport function get(userId) {\n  cache.set(userId, userId + 1);\n  return cache.get(userId);\n}\n';
const SOUND = 'export const add = (a, b) => a + b;\n';
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-audit-test-'));
const pairs = readPairs();

interface Printed {
  readonly engine: { readonly name: string };
  readonly files: number;
  readonly findings: readonly {
    readonly file: string;
    readonly line: number;
    readonly rule: string;
    readonly fingerprint: string;
  }[];
  readonly leftOut: readonly { readonly file: string; readonly reason: string }[];
}

/** A project with some packages of ours and some files; gives its folder. */
function project(name: string, packages: readonly string[], files: Record<string, string>): string {
  const folder = path.join(root, name);
  writeTree(folder, { 'package.json': '{ "type": "module" }', 'node_modules/.keep': '', ...files });
  for (const one of packages) fs.symlinkSync(path.resolve('node_modules', one), path.join(folder, 'node_modules', one));
  return folder;
}

async function audit(folder: string, ...args: readonly string[]): Promise<ProgramEnded> {
  return await plimsoll(['audit', ...args], { cwd: folder });
}

async function auditJson(folder: string, ...args: readonly string[]): Promise<Printed> {
  const ended = await audit(folder, '--format', 'json', ...args);
  return JSON.parse(ended.stdout.toString()) as Printed;
}

/** `file rule:line` of everything that was found. */
function places({ findings }: Printed): string[] {
  return findings.map(({ file, rule, line }) => `${path.basename(file)} ${rule}:${line}`).sort();
}

let withOxlint: string;
let withEslint: string;
let withNothing: string;

beforeAll(() => {
  const files = { 'src/leaky.js': LEAKY, 'src/sound.ts': SOUND, 'src/broken.js': 'let = ;\n' };
  withOxlint = project('oxlint', ['oxlint'], files);
  withEslint = project('eslint', ['eslint'], files);
  withNothing = project('nothing', [], files);
});

afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

describe('the pairs', () => {
  const files = Object.fromEntries(pairs.map(({ name, source }) => [`src/${name}`, source]));
  const expected = (isRead: (name: string) => boolean): string[] =>
    pairs
      .filter(({ name }) => isRead(name))
      .flatMap(({ name, leaks }) => leaks.map((leak) => `${name} ${leak}`))
      .sort();

  test('are told apart in oxlint', async () => {
    const folder = project('pairs-oxlint', ['oxlint'], files);
    expect(places(await auditJson(folder, '--strict', 'src'))).toEqual(expected(() => true));
  });

  test('are told apart in ESLint, but for TypeScript that it cannot read', async () => {
    const folder = project('pairs-eslint', ['eslint'], files);
    const printed = await auditJson(folder, '--strict', 'src');
    const isTypeScript = (name: string): boolean => name.endsWith('.ts');
    expect(places(printed)).toEqual(expected((name) => !isTypeScript(name)));
    expect(printed.leftOut).toHaveLength(pairs.filter(({ name }) => isTypeScript(name)).length);
  });
});

describe('plimsoll audit', () => {
  test('shows what it found in the code, and ends with status 3', async () => {
    const ended = await audit(withOxlint);
    const text = ended.stdout.toString();
    expect(ended.status).toBe(3);
    expect(text).toContain('src/leaky.js\n\n  3:3  growing-collection\n');
    expect(text).toContain('  > 3 |   cache.set(userId, userId + 1);\n      |   ^\n');
    expect(text).toContain('src/broken.js was left out: ');
    expect(text).toMatch(/\n1 finding in 1 file; 2 files read with oxlint /);
    expect(ended.stderr).toBe('');
  });

  test('says which files ESLint cannot read, and why', async () => {
    const { engine, leftOut, findings } = await auditJson(withEslint);
    expect(engine.name).toBe('eslint');
    expect(findings).toMatchObject([{ file: 'src/leaky.js', rule: 'growing-collection', line: 3 }]);
    expect(leftOut.map(({ file }) => file).sort()).toEqual(['src/broken.js', 'src/sound.ts']);
    expect(leftOut.find(({ file }) => file === 'src/sound.ts')?.reason).toContain('@typescript-eslint/parser');
  });

  test('says in one line what to install', async () => {
    const ended = await audit(withNothing);
    expect(ended.status).toBe(2);
    expect(ended.stdout.toString()).toBe('');
    expect(ended.stderr).toBe(
      'plimsoll: The audit needs oxlint or ESLint in the project: run npm install --save-dev oxlint. (PLIM_ERR_AUDIT_ENGINE)\n',
    );
  });

  test('gives the same fingerprints with either engine', async () => {
    const [oxlint, eslint] = [await auditJson(withOxlint), await auditJson(withEslint)];
    expect(oxlint.findings).toEqual(eslint.findings);
  });

  test('ends with status 0 when there is nothing', async () => {
    const ended = await audit(withOxlint, 'src/sound.ts');
    expect(ended.status).toBe(0);
    expect(ended.stdout.toString()).toMatch(/^No leaks found; 1 file read with oxlint /);
  });

  test('reads CommonJS that no module could hold', async () => {
    const folder = project('commonjs', ['eslint'], {
      'package.json': '{}',
      'src/old.js': `var cache = {};\nexports.get = function (userId) {\n  var let = 010;\n  cache[userId] = let;\n};\nreturn;\n`,
    });
    expect(places(await auditJson(folder))).toEqual(['old.js growing-collection:4']);
  });

  test('respects comments that silence a finding', async () => {
    const silenced = LEAKY.replace(
      '  cache.set',
      '  // eslint-disable-next-line plimsoll/growing-collection -- few users\n  cache.set',
    );
    const files = { 'src/a.js': silenced };
    for (const engine of ['oxlint', 'eslint']) {
      expect((await auditJson(project(`silenced-${engine}`, [engine], files))).findings).toEqual([]);
    }
  });

  test('writes SARIF and GitHub annotations', async () => {
    const sarif = JSON.parse((await audit(withOxlint, '--format', 'sarif')).stdout.toString()) as {
      runs: [{ results: unknown[] }];
    };
    expect(sarif.runs[0].results).toHaveLength(1);
    const github = (await audit(withOxlint, '--format', 'github')).stdout.toString();
    expect(github).toMatch(/^::warning file=src\/leaky.js,line=3,col=3,title=plimsoll\/growing-collection::/);
  });

  test('with a baseline counts only what is new, wherever lines have moved to', async () => {
    const folder = project('baseline', ['oxlint'], { 'src/leaky.js': LEAKY });
    const written = await audit(folder, '--baseline', 'known.json', '--update-baseline');
    expect([written.status, written.stderr]).toEqual([0, 'known.json now knows 1 finding.\n']);
    fs.writeFileSync(path.join(folder, 'src/leaky.js'), `// moved\n\n${LEAKY}`);
    expect((await audit(folder, '--baseline', 'known.json')).status).toBe(0);
    fs.writeFileSync(path.join(folder, 'src/new.js'), LEAKY);
    const ended = await audit(folder, '--baseline', 'known.json');
    expect(ended.status).toBe(3);
    expect(ended.stdout.toString()).toMatch(/^src\/new.js\n/);
    expect(ended.stderr).toBe('The baseline knows 1 finding more; 0 of its own are gone.\n');
  });

  test('--explain prints the page of a rule', async () => {
    for (const name of ['race-timeout', 'plimsoll/race-timeout']) {
      const ended = await plimsoll(['audit', '--explain', name]);
      expect([ended.status, ended.stdout.toString()]).toEqual([
        0,
        fs.readFileSync('docs/rules/race-timeout.md', 'utf8'),
      ]);
    }
  });

  test.each([
    [['--format', 'xml'], 'Expected `--format` to be one of pretty, json, sarif, github, got "xml".'],
    [['--engine', 'tslint'], 'Expected `--engine` to be one of auto, oxlint, eslint, got "tslint".'],
    [['--explain', 'no-leaks'], 'Expected `--explain` to be one of '],
    [['--update-baseline'], '--update-baseline needs --baseline FILE, the file to write.'],
    [['--baseline', 'missing.json'], 'The baseline missing.json cannot be read: ENOENT.'],
    [['--baseline', 'package.json'], 'Expected package.json to be a baseline of version 1;'],
    [['nowhere'], 'nowhere cannot be read: ENOENT.'],
  ])('refuses %j', async (args, message) => {
    const ended = await audit(withOxlint, ...args);
    expect(ended.status).toBe(2);
    expect(ended.stdout.toString()).toBe('');
    expect(ended.stderr).toContain(`plimsoll: ${message}`);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('says what the linter said when that fails', async () => {
    const folder = project('failing', [], {
      'a.js': SOUND,
      'node_modules/oxlint/package.json': '{ "name": "oxlint", "version": "1.99.0" }',
      'node_modules/oxlint/bin/oxlint': "console.error('no such option');\nprocess.exitCode = 1;\n",
    });
    const ended = await audit(folder);
    expect([ended.status, ended.stderr]).toEqual([
      1,
      'plimsoll: oxlint ended with 1: no such option (PLIM_ERR_AUDIT_FAILED)\n',
    ]);
  });
});

describe('the library', () => {
  const use = (call: string): readonly string[] => [
    '--input-type=module',
    '--eval',
    `import { audit } from ${JSON.stringify(pathToFileURL(path.join(DIST, 'audit/index.js')).href)};
    const result = await ${call}.catch(({ code, message }) => ({ code, message }));
    console.log(JSON.stringify(result));`,
  ];

  test('finds the plugin that the project has installed, and says so where there is none', async () => {
    const folder = project('library', ['oxlint'], { 'src/leaky.js': LEAKY });
    const without = await bareNode(use("audit(['src'])"), { cwd: folder });
    expect(JSON.parse(without.stdout.toString())).toMatchObject({
      code: 'PLIM_ERR_AUDIT_ENGINE',
      message: `oxlint loads the rules from a file, and plimsoll is not installed in ${fs.realpathSync(folder)}: give \`pluginFile\`.`,
    });
    writeTree(folder, {
      'node_modules/plimsoll/package.json': '{ "name": "plimsoll", "exports": { "./eslint": "./plugin.mjs" } }',
      'node_modules/plimsoll/plugin.mjs': `export { default } from ${JSON.stringify(pathToFileURL(path.join(DIST, 'audit/plugin.js')).href)};`,
    });
    const installed = await bareNode(use("audit(['src'])"), { cwd: folder });
    expect(JSON.parse(installed.stdout.toString())).toMatchObject({ files: 1, findings: [{ file: 'src/leaky.js' }] });
  });

  test('tells how far it is', async () => {
    const folder = project('progress', ['eslint'], { 'src/leaky.js': LEAKY, 'src/sound.js': SOUND });
    const call = "new Promise((resolve) => audit(['src'], { onProgress: (...told) => resolve(told) }))";
    const ended = await bareNode(use(call), { cwd: folder });
    expect(JSON.parse(ended.stdout.toString())).toEqual([2, 2]);
  });
});
