/** A program that uses `plimsoll/dashboard`: the page is handed to the system API, which answers it. */
import { dashboard } from 'plimsoll/dashboard';
import { SystemApi } from 'plimsoll/system';

export async function use(): Promise<Record<string, boolean>> {
  using system = new SystemApi({ token: 'a-token-that-is-long-enough', shutdown: false, dashboard });
  const answer = await system.fetch(new Request('http://localhost/dashboard'));
  const html = await answer.text();
  return {
    'the page is answered': answer.status === 200 && html === dashboard.html,
    'with its policy': answer.headers.get('content-security-policy') === dashboard.contentSecurityPolicy,
    'all of it is inside': !/<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=["']?(?!["']?data:)/i.test(html),
    'nothing else may run': !/unsafe-|\*/.test(dashboard.contentSecurityPolicy),
  };
}
