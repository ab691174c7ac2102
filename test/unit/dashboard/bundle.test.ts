/** The page that is committed is the one that its sources make, and holds all that it needs. */
import fs from 'node:fs';
import { expect, test } from 'vitest';
import { BUNDLE, makeBundle } from '../../../scripts/page.mjs';
import { dashboard } from '../../../src/dashboard/index.ts';

test('it is what its sources make: after a change run `npm run page`', async () => {
  expect(fs.readFileSync(BUNDLE, 'utf8') === (await makeBundle())).toBe(true);
});

test('it asks nobody for anything, and names what it holds', () => {
  const { html } = dashboard;
  // As lists of what was found: the page itself would fill the screen when one of them fails.
  expect(html.match(/<(?:script|link|img|iframe|object)\b[^>]*\b(?:src|href)=["']?(?!["']?data:)[^>]{0,40}/gi)).toBe(
    null,
  );
  expect(html.match(/@import.{0,40}|url\(.{0,40}/g)).toBe(null);
  expect(/Holds uPlot [\d.]+:\s+The MIT License/.test(html)).toBe(true);
  expect(html.length).toBeLessThan(130_000);
});

test('its policy lets nothing else run, and no request go elsewhere', () => {
  const { contentSecurityPolicy: policy } = dashboard;
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[\w+/]{43}='; style-src 'sha256-[\w+/]{43}='; /);
  expect(policy).toContain("connect-src 'self'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
});
