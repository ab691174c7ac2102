/** `plimsoll/dashboard`: the page that a person looks at, to be handed to `SystemApi`. */
import type { DashboardPage } from '../system/index.ts';
import { contentSecurityPolicy, html } from './bundle.ts';

export type { DashboardPage } from '../system/index.ts';

/**
 * The dashboard: one HTML page with its script, style and charts inside, and the policy under which it runs.
 *
 * ```ts
 * const system = new SystemApi({ token, dashboard, monitor });
 * ```
 *
 * The system API answers it at `dashboard`. It asks nothing but that API, shows what its `events` tell, and keeps the token,
 * which a link's fragment brings (`…/dashboard#token=…`), in the memory of the page.
 *
 * **Cost:** a text of some 100 kB, once; a page that is open, one event stream.
 */
export const dashboard: DashboardPage = Object.freeze({ html, contentSecurityPolicy });
