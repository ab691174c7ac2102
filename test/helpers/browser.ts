/** A real Chromium, for tests of what runs in a page. */
import fs from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Debian has it. */
export const CHROMIUM = '/usr/bin/chromium';

/** Whether there is one to start. */
export const hasChromium: boolean = fs.existsSync(CHROMIUM);

/** Starts it; whoever does so closes it. */
export function startChromium(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', ...args] });
}

/** Opens an empty page, gives it to `use`, and closes the browser whatever comes of it. */
export async function withPage<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const browser = await startChromium();
  try {
    return await use(await browser.newPage());
  } finally {
    await browser.close();
  }
}
