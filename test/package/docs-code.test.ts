/**
 * The code in the docs: every block compiles beside what it takes as given (`test/docs/given.mjs`), and every one that is not marked as
 * a `part` of something (```` ```js part ````) runs.
 */
import esbuild from 'esbuild';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { writeHeapSnapshot } from 'node:v8';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CodeBlock, codeBlocks } from '../helpers/docs-code.ts';

/** Within the package, so that `plimsoll/cache` is this one. */
const FOLDER = 'test/docs-code';
/** Where blocks run. */
const CWD = path.join(FOLDER, 'cwd');
const GIVEN = 'test/docs/given.mjs';

/** The pages whose code is the reader's; that in `docs/rules` is there to be found fault with, and has its own tests. */
const pages = fs
  .readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .map((name) => path.join('docs', name))
  .filter((name) => name.endsWith('.md') && !name.startsWith(path.join('docs', 'rules')));
const blocks = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...pages.toSorted()]
  .filter((page) => fs.existsSync(page))
  .flatMap(codeBlocks);

const nameOf = ({ page, line }: CodeBlock): string => `${page.replaceAll(/\W+/g, '-')}-${line}`;

/** The names that `given.mjs` gives, as a compiler reads them. */
function declarations(): string {
  const names = [...fs.readFileSync(GIVEN, 'utf8').matchAll(/^ {2}(\w+)(?:,$|: )/gm)].map((match) => match[1]!);
  const lines = names.map((name) => `  var ${name}: (typeof given)['${name}'];`);
  return `import type { given } from '../docs/given.mjs';\ndeclare global {\n${lines.join('\n')}\n}\n`;
}

beforeAll(() => {
  fs.rmSync(FOLDER, { recursive: true, force: true });
  fs.mkdirSync(path.join(CWD, 'src'), { recursive: true });
  fs.writeFileSync(path.join(CWD, 'src/app.js'), 'export const answer = 42;\n');
  fs.writeFileSync(path.join(FOLDER, 'given.d.ts'), declarations());
  for (const block of blocks) fs.writeFileSync(path.join(FOLDER, `${nameOf(block)}.mts`), block.code);
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    // Readers' JavaScript: names and shapes are checked, missing types of parameters are not.
    noEmit: true,
    strict: false,
    skipLibCheck: true,
    allowJs: true,
    checkJs: false,
  };
  fs.writeFileSync(
    path.join(FOLDER, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['*.mts', '*.d.ts'] }),
  );
});

afterAll(() => fs.rmSync(FOLDER, { recursive: true, force: true }));

test('there is code to look at, and most of it runs', () => {
  expect(blocks.length).toBeGreaterThan(60);
  expect(blocks.filter(({ isPart }) => isPart).length / blocks.length).toBeLessThan(0.2);
});

test('all of it compiles', () => {
  const compiler = path.resolve('node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', FOLDER, '--pretty', 'false'], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

test('a block that names what is not there does not compile', () => {
  const wrong = path.join(FOLDER, 'wrong');
  fs.mkdirSync(wrong);
  fs.writeFileSync(
    path.join(wrong, 'a.mts'),
    "import { Cache } from 'plimsoll/cache';\nnew Cache({ maxEntrys: 3 });\n",
  );
  fs.copyFileSync(path.join(FOLDER, 'tsconfig.json'), path.join(wrong, 'tsconfig.json'));
  const compiler = path.resolve('node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', wrong, '--pretty', 'false'], { encoding: 'utf8' });
  expect(stdout).toMatch(/a\.mts\(2,\d+\): error TS2\d+/);
});

test.concurrent.each(
  blocks.filter(({ isPart }) => !isPart).map((block) => [`${block.page}:${block.line}`, block] as const),
)('%s runs', async (_where, block) => {
  const file = path.resolve(FOLDER, `${nameOf(block)}.mjs`);
  fs.writeFileSync(file, esbuild.transformSync(block.code, { loader: 'ts', target: 'es2022' }).code);
  if (block.code.includes('app.heapsnapshot')) writeHeapSnapshot(path.join(CWD, 'app.heapsnapshot'));
  const child = spawn(process.execPath, [path.resolve('test/docs/run.mjs'), file], {
    cwd: CWD,
    env: { ...process.env, SYSTEM_TOKEN: 'a-token-that-is-long-enough' },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [status] = (await once(child, 'close')) as [number | null];
  expect([status, status === 0 ? '' : errors]).toEqual([0, '']);
});
