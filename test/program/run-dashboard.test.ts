/** `plimsoll run --dashboard` and `attach --dashboard`: the page of an unmodified program, on this machine alone. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, startChromium } from '../helpers/browser.ts';
import { inTab, shown, textOf } from '../helpers/dashboard-tab.ts';
import { plimsoll, startPlimsoll, StartedProgram } from '../helpers/program.ts';
import { askRaw } from '../helpers/raw-http.ts';
import { serviceOrSkip } from '../helpers/service.ts';

const LEAK = 'test/fixtures/run/leak.cjs';
const RUN = ['run', '--dashboard', '--snapshots', 'never'];

interface Watched {
  readonly program: StartedProgram;
  readonly link: string;
  readonly base: string;
  readonly token: string;
}

/** Starts a program under watch, and waits for the link. */
async function start(args: readonly string[]): Promise<Watched> {
  const program = startPlimsoll(args);
  let said = '';
  program.child.stderr!.on('data', (text: string) => (said += text));
  await program.says('#token=');
  const [link, base, token] = /(http:\/\/127\.0\.0\.1:\d+)\/dashboard#token=(\S+)/.exec(said)!;
  return { program, link, base: base!, token: token! };
}

async function stop({ program }: Watched): Promise<string> {
  program.child.kill('SIGINT');
  return (await program.ended).stderr;
}

describe('the server of the page', () => {
  test('tells those with the token, of the watched program alone, and nobody else anything', async () => {
    const watched = await start([...RUN, '--quiet', LEAK, '60000', '--password=secret']);
    const { base, token } = watched;
    const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${base}/${path}`, { headers });
    const authorised = { authorization: `Bearer ${token}` };
    try {
      expect((await ask('dashboard')).headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
      const statuses = await Promise.all(
        ['events', 'stats', 'info', 'metrics', 'health', 'livez', 'resources', 'gc'].map(
          async (path) => (await ask(path)).status,
        ),
      );
      expect(statuses).toEqual([401, 401, 404, 404, 404, 404, 404, 404]);
      const stats = (await (await ask('stats', authorised)).json()) as { process: { pid: number } | null };
      // The watching process says nothing of itself.
      expect(stats.process?.pid).not.toBe(watched.program.child.pid);
      expect(stats).not.toHaveProperty('caches');
      const port = Number(new URL(base).port);
      expect((await askRaw(port, ['GET /dashboard HTTP/1.1', 'Host: evil.example'])).status).toBe(403);
    } finally {
      await stop(watched);
    }
  });

  test('is there only when it is asked for, and is gone with the run', async () => {
    const { stderr } = await plimsoll(['run', '--snapshots', 'never', LEAK, '1500']);
    expect(stderr).not.toContain('127.0.0.1');
    const watched = await start([...RUN, LEAK, '1500']);
    const { status, stderr: said } = await watched.program.ended;
    expect([status, said.includes('Verdict:')]).toEqual([0, true]);
    await expect(fetch(watched.link)).rejects.toThrow('fetch failed');
  });
});

test('attach has it too, of the process that runs already', async () => {
  const process = new StartedProgram(globalThis.process.execPath, [LEAK, '60000']);
  try {
    const watched = await start(['attach', '--dashboard', '--snapshots', 'never', String(process.child.pid)]);
    const stats = await fetch(`${watched.base}/stats`, { headers: { authorization: `Bearer ${watched.token}` } });
    expect(await stats.json()).toMatchObject({ process: { pid: process.child.pid } });
    expect(await stop(watched)).toContain('Verdict:');
    await expect(fetch(watched.link)).rejects.toThrow('fetch failed');
    expect(process.child.exitCode).toBeNull();
  } finally {
    process.child.kill('SIGKILL');
    await process.ended;
  }
});

describe.skipIf(serviceOrSkip('chromium', hasChromium))('the page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser?.close());

  test('shows the floors as they rise, what cannot be told as absent, and the verdict at the end', async () => {
    const watched = await start([...RUN, LEAK, '60000']);
    try {
      await inTab(browser, async ({ page, problems }) => {
        await page.goto(watched.link);
        await shown(page);
        await page.locator('#verdict-word', { hasText: 'Rising' }).waitFor({ timeout: 40_000 });
        expect(await textOf(page, '#verdict-reason')).toMatch(/^The heap floor rises by .*\/min/);
        expect(await textOf(page, '#time-left')).toMatch(/min|h|minute|d/);
        expect(await textOf(page, '#memory-chart .legend')).toMatch(/heap floor\s*\d+ MiB.*RSS\s*\d+ MiB/s);
        expect(await textOf(page, '#gc-facts')).toMatch(/floors kept\s*\d+/);
        expect(await textOf(page, '#loop-chart')).toMatch(/not told/);
        expect(await textOf(page, '#handles-list')).toMatch(/Timeout\s*\d/);
        for (const id of ['#caches-panel', '#sessions-panel', '#actions-panel', '#loop-chart .plot']) {
          expect(await page.locator(id).isVisible()).toBe(false);
        }
        expect(await page.locator('#outside-note').isVisible()).toBe(true);
        const said = stop(watched);
        await page.locator('#verdict-word', { hasText: 'Leak' }).waitFor();
        await page.waitForSelector('html[data-connection="disconnected"]');
        expect(await said).toContain('Verdict: LEAK');
        expect(problems).toEqual([]);
      });
    } finally {
      await stop(watched);
    }
  });
});
