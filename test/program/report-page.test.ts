/** The HTML report in a real browser: what it draws, what it lets nobody do, and whether everybody can use it. */
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LeakReport } from '../../src/diagnose/report/report.ts';
import type { HeapBox } from '../../src/snapshot/index.ts';
import { CHROMIUM, hasChromium } from '../helpers/browser.ts';
import { DIST } from '../helpers/program.ts';
import { boxOf, frameOf, fullReport, heapOf, seriesOf } from '../helpers/reports.ts';
import { serviceOrSkip } from '../helpers/service.ts';
import { reportedOf } from '../helpers/suspects.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const MIB = 1024 ** 2;
const AXE = fs.readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

const MANY: LeakReport = fullReport({
  suspects: Array.from({ length: 8 }, (_, i) =>
    reportedOf({
      fingerprint: `f${i}`,
      owner: `store${i}.byTenant.sessions`,
      file: `src/rather/deep/folder/of/a/project/store-${i}.mjs`,
      path: Array.from(
        { length: 14 },
        (_hop, depth) => `#${'property'.repeat(1 + (depth % 4))} of SessionStore${depth}`,
      ),
      steps: [3 * MIB, MIB],
      ...(i === 7 ? { accepted: { reason: 'ticket 7', expires: '2027-01-31' } } : {}),
    }),
  ),
});

const NONE: LeakReport = fullReport({
  verdict: 'none',
  explanation: 'The heap floor stands at 12 MiB.',
  suspects: [],
  allocationSites: [],
  open: [],
  growthBytes: 0,
  bytesPerMinute: 0,
  series: seriesOf(60, 0),
  warnings: [],
});

const HOSTILE = '</script><script>window.isOwned = true</script><img src=x onerror="window.isOwned = true">';

describe.skipIf(serviceOrSkip('chromium', hasChromium))('the page of a report', () => {
  let browser: Browser;
  let htmlReport: (report: LeakReport) => string;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    ({ htmlReport } = (await import(path.join(DIST, 'cli/report/html/page.js'))) as { htmlReport: typeof htmlReport });
  });
  afterAll(() => browser.close());

  /** Opens the page of a report; it fails when the page asks for anything, or complains of anything else. */
  async function open(
    report: LeakReport,
    use: (page: Page) => Promise<void>,
    options: BrowserContextOptions = {},
    complaints: readonly unknown[] = [],
  ): Promise<void> {
    await withTempDir(async (dir) => {
      const file = path.join(dir, 'report.html');
      fs.writeFileSync(file, htmlReport(report));
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options });
      const page = await context.newPage();
      const trouble: string[] = [];
      page.on('console', (message) => trouble.push(message.text()));
      page.on('pageerror', (error) => trouble.push(error.message));
      page.on('request', (request) => {
        if (request.url() !== `file://${file}`) trouble.push(`asked for ${request.url()}`);
      });
      try {
        await page.goto(`file://${file}`);
        await use(page);
        expect(trouble).toEqual(complaints);
      } finally {
        await context.close();
      }
    });
  }

  test('shows verdict, suspects, chart, rounds, boxes, classes and allocations', () =>
    open(fullReport(), async (page) => {
      expect(await page.locator('h1').textContent()).toContain('leak');
      expect(await page.locator('.suspect').count()).toBe(2);
      expect(await page.locator('.chain').first().locator('li').allTextContents()).toEqual([
        'module src/agent.mjs',
        'variable cachedClients',
        '[key] of Map',
        'OpenAIClient',
      ]);
      expect(await page.locator('#chart .line').count()).toBe(1);
      expect(await page.locator('#chart .trend').count()).toBe(1);
      expect(await page.locator('#rounds .bar').count()).toBe(8);
      await page.getByLabel('RSS').check();
      expect(await page.locator('#chart .line').count()).toBe(2);
      expect(await page.locator('#icicle .box').count()).toBe(7);
      expect(await page.locator('#flame .box').count()).toBe(4);
      expect(await page.locator('#class-table tbody tr').count()).toBe(3);
    }));

  test('the chart is read off with the slider', () =>
    open(fullReport(), async (page) => {
      const slider = page.getByLabel('Point in time');
      await slider.focus();
      await page.keyboard.press('Home');
      expect(await slider.getAttribute('aria-valuetext')).toMatch(/^0 ms: alive 13 MiB, .* \(asked for\)$/);
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('#chart output').textContent()).toMatch(/^2\.0 s: alive 13 MiB/);
    }));

  test('boxes are walked, zoomed and left by keyboard', () =>
    open(fullReport(), async (page) => {
      const focused = (): Promise<string> => page.evaluate<string>("document.activeElement.getAttribute('aria-label')");
      await page.locator('#icicle [role=treeitem]').first().focus();
      await page.keyboard.press('ArrowDown');
      expect(await focused()).toBe('cachedClients: Map, 11 MiB, 55 % of all');
      await page.keyboard.press('ArrowRight');
      expect(await focused()).toBe('(compiled code) × 9,000, 3.0 MiB, 15 % of all');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
      expect(await focused()).toContain('Socket × 40');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      const width = (label: string): Promise<number> =>
        page.locator(`#icicle [aria-label^="${label}"]`).evaluate((node) => node.getBoundingClientRect().width);
      const frame = await page.locator('#icicle .frame').evaluate((node) => node.clientWidth);
      expect(await width('registry: Set')).toBeGreaterThan(frame - 5);
      await page.keyboard.press('Escape');
      expect(await width('registry: Set')).toBeLessThan(frame / 4);
      await page.locator('#icicle .box', { hasText: 'OpenAIClient' }).click();
      expect(await width('OpenAIClient')).toBeGreaterThan(frame - 5);
      await page.locator('#icicle').getByRole('button', { name: 'Whole heap' }).click();
      expect(await width('OpenAIClient')).toBeLessThan(frame / 2);
    }));

  test('boxes are found by name', () =>
    open(fullReport(), async (page) => {
      await page.locator('#icicle input[type=search]').fill('sock');
      expect(await page.locator('#icicle .hit').allTextContents()).toEqual(['Socket × 40']);
      expect(await page.locator('#icicle .found').textContent()).toBe('1 found, 1.0 MiB; Enter shows the largest');
      await page.keyboard.press('Enter');
      expect(await page.evaluate<string>("document.activeElement.getAttribute('aria-label')")).toContain('Socket');
      await page.locator('#icicle input[type=search]').fill('nobody');
      expect(await page.locator('#icicle .found').textContent()).toBe('none found');
    }));

  test('classes are sorted and found', () =>
    open(fullReport(), async (page) => {
      const names = (): Promise<string[]> => page.locator('#class-table tbody tr:visible th').allTextContents();
      const head = (name: string) => page.locator('#class-table thead').getByRole('button', { name });
      expect(await names()).toEqual(['Map', 'OpenAIClient', '(string)']);
      await head('count').click();
      expect(await names()).toEqual(['(string)', 'OpenAIClient', 'Map']);
      await head('count').click();
      expect(await names()).toEqual(['Map', 'OpenAIClient', '(string)']);
      await head('class').click();
      expect(await page.locator('#class-table th[aria-sort]').textContent()).toBe('class');
      await page.locator('#class-table input').fill('client');
      expect(await names()).toEqual(['OpenAIClient']);
      expect(await page.locator('#class-table .found').textContent()).toBe('1 of 3');
    }));

  test('names that look like markup are text everywhere', () => {
    const report = fullReport({
      explanation: HOSTILE,
      suspects: [
        reportedOf({
          sentence: HOSTILE,
          owner: HOSTILE,
          file: HOSTILE,
          path: [HOSTILE],
          advice: HOSTILE,
          fingerprint: HOSTILE,
        }),
      ],
      allocationSites: [{ function: HOSTILE, file: HOSTILE, line: 1, bytes: 1, share: 1 }],
      open: [{ kind: HOSTILE, from: 1, to: 2, perMinute: 1, advice: HOSTILE }],
      warnings: [{ code: 'PLIM_WARN_WATCH_LOST', message: HOSTILE }],
      heap: heapOf({
        classes: [{ name: HOSTILE, count: 1, shallowBytes: 1, retainedBytes: 1 }],
        tree: boxOf(HOSTILE, 100, [boxOf(HOSTILE, 90)]),
      }),
      allocations: frameOf(HOSTILE, 100, [frameOf(HOSTILE, 90)]),
      environment: { ...fullReport().environment, argv: [HOSTILE], cwd: HOSTILE, node: HOSTILE },
    });
    return open(report, async (page) => {
      expect(await page.evaluate("'isOwned' in globalThis")).toBe(false);
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.locator('#icicle .box').first().textContent()).toBe(HOSTILE);
    });
  });

  test('even markup that stood in the page could run nothing', () =>
    open(
      NONE,
      async (page) => {
        await page.evaluate(
          "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.isOwned = 1' }))",
        );
        expect(await page.evaluate("'isOwned' in globalThis")).toBe(false);
      },
      {},
      [expect.stringContaining('violates the following Content Security Policy directive')],
    ));

  test('a heap of thousands of boxes is drawn at once', () => {
    const wide = (depth: number): HeapBox[] =>
      depth === 0 ? [] : Array.from({ length: 5 }, (_, i) => boxOf(`Class${depth}${i}`, 5 ** depth, wide(depth - 1)));
    return open(fullReport({ heap: heapOf({ tree: boxOf('all', 5 ** 6, wide(5)) }) }), async (page) => {
      const count = await page.locator('#icicle .box').count();
      expect(count).toBeGreaterThan(100);
      expect(count).toBeLessThan(2_000);
    });
  });

  describe.each([
    ['a leak', fullReport()],
    ['many suspects', MANY],
    ['no leak', NONE],
  ] as const)('%s', (_what, report) => {
    test.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 320],
      ['dark', 320],
    ] as const)('can be used by everybody: %s, %i px', (colorScheme, width) =>
      open(
        report,
        async (page) => {
          await page.locator('summary').first().click();
          await page.evaluate(AXE);
          const { violations } = await page.evaluate<AxeResult>('axe.run()');
          const found = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]!.html}`);
          expect(found).toEqual([]);
          const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          expect(wider).toBeLessThanOrEqual(0);
        },
        // The checker is a script that the page's own policy would not let in.
        { colorScheme, viewport: { width, height: 900 }, bypassCSP: true },
      ),
    );
  });
});

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}
