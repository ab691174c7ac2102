/** A real Chromium, for tests of what runs in a page. */
import fs from 'node:fs';
import { chromium, type Page } from 'playwright-core';

const PROGRAM = '/usr/bin/chromium';

/** Whether there is one to start. */
export const hasChromium: boolean = fs.existsSync(PROGRAM);

/** Opens an empty page, gives it to `use`, and closes the browser whatever comes of it. */
export async function withPage<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox'] });
  try {
    return await use(await browser.newPage());
  } finally {
    await browser.close();
  }
}
