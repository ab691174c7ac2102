/** The dashboard of a real service, in a real browser. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, startChromium } from '../helpers/browser.ts';
import { inTab, shown, textOf } from '../helpers/dashboard-tab.ts';
import { DIST, StartedProgram } from '../helpers/program.ts';
import { serviceOrSkip } from '../helpers/service.ts';
import { TOKEN } from '../helpers/system-requests.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = '<img src=x onerror="document.title=1">';
const LONG = 'long-'.repeat(60);

interface Service extends StartedProgram {
  readonly url: string;
  readonly port: number;
}

async function startService(port: number = 0, env: Record<string, string> = {}): Promise<Service> {
  const program = new StartedProgram(process.execPath, ['test/fixtures/dashboard/service.mjs'], {
    env: { ...process.env, PLIMSOLL_DIST: DIST, SYSTEM_TOKEN: TOKEN, PORT: String(port), ...env },
  });
  await program.says('}\n');
  return Object.assign(program, JSON.parse(program.output.split('\n')[0]!) as { url: string; port: number });
}

async function end(service: StartedProgram): Promise<void> {
  service.child.kill('SIGKILL');
  await service.ended;
}

const linkTo = (service: Service, token: string = TOKEN): string => `${service.url}/dashboard#token=${token}`;

async function open(page: Page, service: Service): Promise<void> {
  await page.goto(linkTo(service));
  await shown(page);
}

describe.skipIf(serviceOrSkip('chromium', hasChromium))('the dashboard', () => {
  let browser: Browser;
  let service: Service;
  beforeAll(async () => {
    [browser, service] = await Promise.all([startChromium(), startService()]);
  });
  afterAll(async () => {
    await browser?.close();
    if (service !== undefined) await end(service);
  });

  test('shows every panel, in order, from figures of now', () =>
    inTab(browser, async ({ page, problems }) => {
      await open(page, service);
      const titles = await page.locator('main h2:visible, main #verdict h2').allInnerTexts();
      expect(titles).toEqual([
        'Verdict',
        'Memory',
        'Garbage collection',
        'Event loop',
        'Caches',
        'Open',
        'Sessions',
        'Alerts',
        'Actions',
      ]);
      expect(await textOf(page, '#about-name')).toBe('fixture');
      expect(await textOf(page, '#about')).toContain(`process ${service.child.pid!}`);
      expect(await textOf(page, '#verdict-word')).toMatch(/OK|Warning|Critical/);
      await page.locator('#gc-facts', { hasText: /\d+ in / }).waitFor();
      expect(await textOf(page, '#memory-chart .legend')).toMatch(/heap limit\s*[\d.]+ GiB/);
      expect(await page.locator('#caches-table tbody tr').count()).toBe(10);
      expect(await textOf(page, '#sessions-facts')).toMatch(/open\s*5 of 20/);
      await page.locator('#scopes-table', { hasText: 'turn-timeout' }).waitFor();
      // Charts have drawn something: not all of the canvas has one colour.
      const colors = await page.evaluate(`(() => {
        const canvas = document.querySelector('#memory-chart canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
      })()`);
      expect(colors).toBeGreaterThan(20);
      expect(problems).toEqual([]);
    }));

  test('goes on by itself', () =>
    inTab(browser, async ({ page }) => {
      await open(page, service);
      const read = (): Promise<string> => textOf(page, '#gc-facts');
      const before = await read();
      await expect.poll(read, { timeout: 20_000 }).not.toBe(before);
    }));

  test('shows names as they are: markup, from right to left, 300 characters', () =>
    inTab(browser, async ({ page, problems }) => {
      await open(page, service);
      const names = await page.locator('#caches-table tbody th').allTextContents();
      expect(names).toEqual(expect.arrayContaining([HOSTILE, LONG, 'عربي‮ RTL']));
      expect(await page.locator('main img').count()).toBe(0);
      expect(await page.title()).not.toBe('1');
      expect(problems).toEqual([]);
    }));

  test('takes the token out of the address, keeps it nowhere, and asks for it when it is missing or wrong', () =>
    inTab(browser, async ({ page, problems }) => {
      await open(page, service);
      expect(page.url()).toBe(`${service.url}/dashboard`);
      const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
      expect(kept).not.toContain(TOKEN);
      await page.reload();
      await page.waitForSelector('#unauthorised:not([hidden])');
      expect(await textOf(page, '#connection')).toBe('not let in');
      expect(await page.locator('main').isVisible()).toBe(false);
      await page.fill('#token', 'not-the-token-at-all');
      await page.keyboard.press('Enter');
      await page.getByText('The server does not know this token').waitFor();
      await page.fill('#token', TOKEN);
      await page.keyboard.press('Enter');
      await shown(page);
      // A link with another token that is opened where the page is already.
      await page.goto(linkTo(service, 'not-the-token-either'));
      await page.waitForSelector('#unauthorised:not([hidden])');
      expect(problems).toEqual([]);
    }));

  test('has nothing done without a yes, and tells what came of it', () =>
    inTab(browser, async ({ page, problems }) => {
      await open(page, service);
      const posts: string[] = [];
      page.on(
        'request',
        (request) => void (request.method() === 'POST' && posts.push(new URL(request.url()).pathname)),
      );
      await page.getByRole('button', { name: 'Collect garbage' }).click();
      expect(await textOf(page, '#confirm')).toMatch(/stands still for about \d+ ms/);
      expect(await page.evaluate('document.activeElement.id')).toBe('confirm-no');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Collect garbage' }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      expect(posts).toEqual([]);
      await page.getByRole('button', { name: 'Collect garbage' }).click();
      await page.getByRole('button', { name: 'Collect', exact: true }).click();
      await page.getByText(/gc: .* freed in/).waitFor();
      await page.getByRole('button', { name: 'Clear cache prices' }).click();
      await page.getByRole('button', { name: 'Clear it' }).click();
      await page.getByText('clear prices: Entries cleared: 100.').waitFor();
      await page
        .locator('#sessions-table')
        .getByRole('button', { name: /^Close session/ })
        .first()
        .click();
      await page.getByRole('button', { name: 'Close it' }).click();
      await page.getByText(/close session#\w+: The session is closed/).waitFor();
      await page.locator('#sessions-facts', { hasText: /open\s*4 of 20/ }).waitFor();
      await page.getByRole('button', { name: 'Collect garbage' }).click();
      await page.getByRole('button', { name: 'Collect', exact: true }).click();
      await page.getByText(/gc: It may be done again in/).waitFor();
      expect(posts).toHaveLength(4);
      expect(problems).toEqual([]);
    }));

  test('offers what the server has enabled and nothing else', async () => {
    const other = await startService(0, { EXPOSE: '{ "shed": "token" }' });
    try {
      await inTab(browser, async ({ page }) => {
        await open(page, other);
        await page.getByRole('button', { name: 'Shed' }).waitFor();
        for (const name of [/^Collect/, /^Write heap/, /^Clear cache/, /^Close session/]) {
          expect(await page.getByRole('button', { name }).count()).toBe(0);
        }
        await page.selectOption('#shed-for', '5m');
        await page.getByRole('button', { name: 'Shed' }).click();
        await page.locator('#confirm-yes').click();
        await page.getByText('shed for 5m: Not ready for 5 min.').waitFor();
        expect((await fetch(`${other.url}/readyz`)).status).toBe(503);
      });
    } finally {
      await end(other);
    }
  });

  test('says that the server is gone, and goes on when another stands in its place', async () => {
    let one = await startService();
    try {
      await inTab(browser, async ({ page, problems }) => {
        await open(page, one);
        await end(one);
        await page.waitForSelector('html[data-connection="disconnected"]');
        expect(await textOf(page, '#connection-banner')).toMatch(
          /Asked again in .*What is shown is of \d\d:\d\d:\d\d/s,
        );
        one = await startService(one.port);
        await page.getByRole('button', { name: 'Ask now' }).click();
        await shown(page);
        await page.locator('#about', { hasText: `process ${one.child.pid!}` }).waitFor();
        expect(await page.locator('#connection-banner').isVisible()).toBe(false);
        expect(problems).toEqual([]);
      });
    } finally {
      await end(one);
    }
  });

  test('can be used by the keyboard alone', () =>
    inTab(browser, async ({ page }) => {
      await open(page, service);
      const focused = (): Promise<string> =>
        page.evaluate('document.activeElement.id || document.activeElement.textContent');
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('To the figures');
      const seen = new Set<string>();
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press('Tab');
        seen.add(await focused());
      }
      expect([...seen]).toEqual(
        expect.arrayContaining(['span', 'theme', 'Bytes', 'Clear', 'Close', 'act-gc', 'shed-for']),
      );
      // Sorting and reading the past of a chart.
      await page.locator('#caches-table thead button', { hasText: 'Cache' }).focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      expect(await page.locator('#caches-table thead th').first().getAttribute('aria-sort')).toBe('ascending');
      const names = await page.locator('#caches-table tbody th').allTextContents();
      expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
      await page.locator('#memory-chart .plot').focus();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowLeft');
      expect(await page.locator('#memory-chart .plot').getAttribute('aria-label')).toMatch(
        /^Memory, \d\d:\d\d:\d\d: .*RSS/,
      );
    }));

  test.each([
    ['light', { width: 1_280, height: 900 }],
    ['dark', { width: 1_920, height: 1_080 }],
    ['dark', { width: 320, height: 640 }],
  ] as const)('axe finds nothing serious in %s at %j', (colorScheme, viewport) =>
    inTab(
      browser,
      async ({ page, problems }) => {
        await open(page, service);
        expect(await page.getAttribute('html', 'data-theme')).toBe(colorScheme);
        await page.evaluate(AXE);
        const { violations } = await page.evaluate<{ violations: readonly Violation[] }>('axe.run()');
        const found = violations.map(
          ({ id, impact, nodes }) => `${impact}: ${id} at ${nodes.map((n) => n.target).join(' ')}`,
        );
        expect(found.filter((text) => /^(?:serious|critical)/.test(text))).toEqual([]);
        expect(problems).toEqual([]);
        await page.locator('#theme').click();
        await page.locator('#theme').click();
        expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
      },
      { colorScheme, viewport },
    ),
  );

  test('fits a screen of 320 px', () =>
    inTab(
      browser,
      async ({ page }) => {
        await open(page, service);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
        const tooWide = await page.evaluate(`[...document.querySelectorAll('main *')]
          .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > 320.5)
          .map((element) => element.id || element.className || element.tagName)`);
        expect(tooWide).toEqual([]);
      },
      { viewport: { width: 320, height: 640 } },
    ));
});

test.skipIf(serviceOrSkip('chromium', hasChromium))('the example opens by the link that it prints', async () => {
  // Its imports are those of a project; here they are those of the build under test.
  await withTempDir(async (folder) => {
    const script = path.join(folder, 'server.mjs');
    const entryOf = (_: string, name: string): string => `'${pathToFileURL(path.join(DIST, name, 'index.js')).href}'`;
    const source = fs.readFileSync('examples/dashboard/server.mjs', 'utf8');
    fs.writeFileSync(script, source.replaceAll(/'plimsoll\/(\w+)'/g, entryOf));
    const program = new StartedProgram(process.execPath, [script], { env: { ...process.env, SYSTEM_PORT: '0' } });
    const browser = await startChromium();
    try {
      await program.says('#token=');
      await inTab(browser, async ({ page, problems }) => {
        await page.goto(program.output.trim());
        await shown(page);
        await page.locator('#sessions-facts', { hasText: /open\s*\d+ of 20/ }).waitFor();
        expect(await page.locator('#caches-table tbody th').allTextContents()).toContain('users');
        expect(problems).toEqual([]);
      });
    } finally {
      await browser.close();
      await end(program);
    }
  });
});

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}
