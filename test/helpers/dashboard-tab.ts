/** A tab with the dashboard in it, which notes whatever a browser has to complain of. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface DashboardTab {
  readonly page: Page;
  /** Errors, violations of the policy, requests to elsewhere; failed requests to the server itself are none. */
  readonly problems: string[];
}

/** Runs in the page, as all that is given to `evaluate` as text. */
const TELL_OF_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI));`;

/** Gives a tab to `use`, and closes it whatever comes of it. */
export async function inTab<T>(
  browser: Browser,
  use: (tab: DashboardTab) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  try {
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
    page.on('console', (message) => {
      const isComplaint = message.type() === 'error' || message.type() === 'warning';
      if (isComplaint && !message.text().startsWith('Failed to load resource')) problems.push(message.text());
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.hostname !== '127.0.0.1' && url.protocol !== 'data:') problems.push(`asked ${url.href}`);
    });
    await page.addInitScript(TELL_OF_VIOLATIONS);
    return await use({ page, problems });
  } finally {
    await context.close();
  }
}

/** The text of an element. */
export function textOf(page: Page, selector: string): Promise<string> {
  return page.locator(selector).innerText();
}

/** Waits until a sample has been shown. */
export async function shown(page: Page): Promise<void> {
  await page.waitForSelector('html[data-ready][data-connection="live"]', { timeout: 20_000 });
}
