/** The recipe of docs/guide/ci.md, run as GitHub Actions would: its steps are taken from the page. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { MAIN, type ProgramEnded, StartedProgram } from '../helpers/program.ts';
import { withTempDir, writeTree } from '../helpers/temp-dir.ts';

/** Three watches of a service under load, ms. */
const TIMEOUT = 300_000;

const PAGE = fs.readFileSync('docs/guide/ci.md', 'utf8');

/** The first block of code in a language. */
function blockOf(language: string): string {
  return new RegExp(`\`\`\`${language}(?: part)?\\n(.*?)\`\`\``, 's').exec(PAGE)![1]!;
}

const WORKFLOW = blockOf('yaml');
/** The steps that run a command, but for the one that installs: the package under test is put there by hand. */
const STEPS = [...WORKFLOW.matchAll(/^\s+(?:- )?run: (.*)$/gm)]
  .map(([, command]) => command!)
  .filter((command) => command !== 'npm ci');
const ACCEPT = blockOf('sh').trim();

const SERVER = `import { createServer } from 'node:http';

const sessions = new Map();
createServer((request, response) => {
  const id = new URL(request.url, 'http://x').searchParams.get('session');
  sessions.set(id, { id, basket: Array.from({ length: 40 }, (_, i) => ({ sku: i, note: id + i })) });
  response.end('ok');
}).listen(process.env.PORT);
`;

async function run(dir: string, command: string, more: NodeJS.ProcessEnv = {}): Promise<ProgramEnded> {
  const port = String(20_000 + (process.pid % 20_000));
  const env = { ...process.env, GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: dir, PORT: port, ...more };
  return new StartedProgram('bash', ['-e', '-c', command], { cwd: dir, env }).ended;
}

test(
  'the workflow fails on a leak, and passes once it is accepted',
  () =>
    withTempDir(async (dir) => {
      expect(STEPS).toHaveLength(1);
      const shim = `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(MAIN)} "$@"\n`;
      writeTree(dir, {
        'package.json': JSON.stringify({ name: 'shop', private: true }),
        'server.mjs': SERVER,
        'load.mjs': blockOf('js'),
        'node_modules/.bin/plimsoll': shim,
      });
      fs.chmodSync(path.join(dir, 'node_modules/.bin/plimsoll'), 0o755);
      const baseline = path.join(dir, 'leaks.json');
      const gone = { fingerprint: 'gone', sentence: 'Set `jobs` in jobs.mjs:1 holds 9 Job.', reason: 'old' };
      fs.writeFileSync(baseline, JSON.stringify({ version: 1, leaks: [gone] }));
      const summary = path.join(dir, 'summary.md');
      const step = (): Promise<ProgramEnded> => run(dir, STEPS[0]!, { GITHUB_STEP_SUMMARY: summary });

      const first = await step();
      expect(first.status, first.stderr).toBe(3);
      expect(first.stderr).toMatch(
        /^::error file=server\.mjs,line=3,title=Memory%3A leak::Map `sessions` in server\.mjs:3 holds /m,
      );
      expect(first.stderr).toMatch(/not found\s+Set `jobs`/);
      expect(fs.readFileSync(summary, 'utf8')).toMatch(/^## 🔴 Memory verdict: leak\n/);
      expect(fs.readFileSync(path.join(dir, 'memory.html'), 'utf8')).toMatch(/^<!doctype html>/);

      const accepted = await run(dir, ACCEPT);
      expect(accepted.status, accepted.stderr).toBe(0);
      const { leaks } = JSON.parse(fs.readFileSync(baseline, 'utf8')) as { leaks: Record<string, string>[] };
      const entry = { reason: 'ticket 1234', expires: '2099-12-31' };
      expect(leaks.find(({ sentence }) => sentence!.includes('sessions'))).toMatchObject(entry);

      // Lines move, the process is another one.
      fs.writeFileSync(path.join(dir, 'server.mjs'), `// A comment.\n\n\n${SERVER}`);
      const second = await step();
      expect(second.status, second.stderr).toBe(0);
      expect(second.stderr).toContain('ticket 1234 (until 2099-12-31)');
      expect(second.stderr).not.toContain('::error');
    }),
  TIMEOUT,
);

test('bad options end the step at once', async () => {
  const ended = await run('.', `node ${MAIN} run --fail-on never --report a.pdf x.js`);
  expect(ended.status).toBe(2);
  const pdf = await run('.', `node ${MAIN} run --report a.pdf x.js`);
  expect(pdf.stderr).toContain('Expected `--report` to be a file that ends in .txt, .json, .md or .html');
});
