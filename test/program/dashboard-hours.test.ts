/** The dashboard that stays open: on a wall for days, over whatever a service tells it. */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, startChromium } from '../helpers/browser.ts';
import { inTab, shown, textOf } from '../helpers/dashboard-tab.ts';
import { busySample, ScriptedDashboard } from '../helpers/scripted-dashboard.ts';
import { serviceOrSkip } from '../helpers/service.ts';

const START = Date.UTC(2026, 0, 1);
const EVERY_MS = 2_000;
const HOUR_MS = 3_600_000;
/** Samples that arrive together: each such batch is one picture at least. */
const BATCH = 100;

interface Weight {
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** What the page holds when all garbage is gone. */
async function weigh(page: Page, session: CDPSession): Promise<Weight> {
  await page.waitForTimeout(200);
  for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  return { heapBytes: usedSize, nodes, listeners: jsEventListeners };
}

describe.skipIf(serviceOrSkip('chromium', hasChromium))('an open dashboard', () => {
  let browser: Browser;
  let server: ScriptedDashboard;
  let link: string;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser?.close());

  /** Plays the hours from `from` to `to`. */
  async function play(page: Page, from: number, to: number): Promise<void> {
    const samples = HOUR_MS / EVERY_MS;
    for (let n = from * samples; n < to * samples; n += BATCH) {
      const batch = Array.from({ length: BATCH }, (_, i) => busySample(START + (n + i) * EVERY_MS));
      await server.send('sample', ...batch);
      // Its reason is that of an alert at times, with the same number.
      const last = Math.round(START / EVERY_MS) + n + BATCH - 1;
      await page.locator('#verdict-reason', { hasText: String(last) }).waitFor();
    }
  }

  const withServer = async (use: () => Promise<void>): Promise<void> => {
    server = new ScriptedDashboard();
    server.answers['info'] = { endpoints: { gc: 'token', clear: 'token', close: 'token' } };
    server.answers['resources'] = {
      groups: Array.from({ length: 50 }, (_, i) => ({
        kind: 'timeout',
        name: `group-${i}`,
        count: 1_000 - i,
        oldestMs: i,
      })),
    };
    link = await server.start();
    try {
      await use();
    } finally {
      await server.close();
    }
  };

  test(
    'is as large after eight hours as after one',
    () =>
      withServer(() =>
        inTab(browser, async ({ page, problems }) => {
          const session = await page.context().newCDPSession(page);
          await page.goto(link);
          await page.selectOption('#span', '1440');
          await play(page, 0, 1);
          const early = await weigh(page, session);
          await play(page, 1, 8);
          const late = await weigh(page, session);
          console.log('open for hours:', JSON.stringify({ early, late }));
          expect(late.listeners).toBeLessThanOrEqual(early.listeners);
          expect(late.nodes).toBeLessThanOrEqual(early.nodes * 1.05 + 20);
          // What was drawn last is a day by the minute: 420 more points in each of nine lines.
          expect(late.heapBytes).toBeLessThan(early.heapBytes * 1.1 + 400_000);
          expect(problems).toEqual([]);
        }),
      ),
    60_000,
  );

  test('shows 500 caches and 10,000 scopes by their largest, and says what it leaves out', () =>
    withServer(() =>
      inTab(browser, async ({ page, problems }) => {
        await page.goto(link);
        await page.waitForSelector('html[data-connection="live"]');
        await server.send('sample', busySample(START, 500));
        await shown(page);
        expect(await textOf(page, '#caches-note')).toContain('500 caches');
        expect(await textOf(page, '#caches-note')).toContain('300 more are not');
        expect(await page.locator('#caches-table tbody tr').count()).toBe(10);
        await page.getByRole('button', { name: 'Show 190 more' }).click();
        expect(await page.locator('#caches-table tbody tr').count()).toBe(200);
        await page.fill('#cache-filter', 'cache-77');
        expect(await page.locator('#caches-table tbody th').allTextContents()).toEqual(['cache-77']);
        expect(await textOf(page, '#scopes-note')).toContain('10,000 scopes');
        expect(await textOf(page, '#sessions-note')).toContain('more are open');
        expect(problems).toEqual([]);
      }),
    ));

  test('with nothing to show says so, and shows no 0 for what nobody can tell', () =>
    withServer(() =>
      inTab(browser, async ({ page, problems }) => {
        await page.goto(link);
        await page.waitForSelector('html[data-connection="live"]');
        const nothing = {
          caches: { caches: [] },
          scopes: { byKind: {} },
          sessions: null,
          monitor: null,
          process: { pid: 1 },
        };
        await server.send('sample', { time: new Date(START).toISOString(), ...nothing });
        await shown(page);
        expect(await textOf(page, '#verdict')).toMatch(/No verdict\s+No monitor runs/);
        expect(await textOf(page, '#time-left')).toBe('–');
        expect(await textOf(page, '#caches-note')).toBe('No cache with a name.');
        expect(await textOf(page, '#sessions-note')).toContain('No session broker');
        expect(await textOf(page, '#scopes-note')).toBe('No scope holds anything.');
        for (const id of ['#memory-chart', '#gc-chart', '#loop-chart', '#gc-facts', '#loop-facts']) {
          expect(await textOf(page, id)).not.toMatch(/\b0\b/);
        }
        expect(problems).toEqual([]);
      }),
    ));

  test('stands rubbish: a broken part, other types, half an event', () =>
    withServer(() =>
      inTab(browser, async ({ page, problems }) => {
        await page.goto(link);
        await page.waitForSelector('html[data-connection="live"]');
        const time = new Date(START).toISOString();
        const broken = { unavailable: 'it broke' };
        await server.send(
          'sample',
          'text',
          null,
          [],
          { time: 'never' },
          { time, caches: 7, monitor: [], process: 'x' },
        );
        await server.send('alert', 'rubbish');
        await server.send('sample', {
          time: new Date(START + 2_000).toISOString(),
          caches: broken,
          scopes: broken,
          monitor: broken,
        });
        await shown(page);
        await page.getByText('The caches cannot be asked: it broke').waitFor();
        expect(await textOf(page, '#verdict-reason')).toContain('it broke');
        server.hangUp();
        await page.waitForSelector('html[data-connection="disconnected"]');
        await page.waitForSelector('html[data-connection="live"]');
        expect(problems).toEqual([]);
      }),
    ));
});
