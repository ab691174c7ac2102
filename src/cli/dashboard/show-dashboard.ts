import { messageOf } from '../../base/errors.ts';
import type { Watching } from '../run/watching.ts';
import { serveDashboard, type ServedDashboard } from './serve-dashboard.ts';

/** Serves the dashboard of a watch and says where; the watch goes on without it when that cannot be. */
export async function showDashboard(
  label: string,
  { watch, narrator, terminal }: Watching,
): Promise<ServedDashboard | undefined> {
  try {
    const served = await serveDashboard({
      label,
      threads: () => watch.threads,
      word: (thread) => narrator.wordOn(thread),
    });
    terminal.say(`plimsoll: dashboard: ${served.link}`);
    return served;
  } catch (error) {
    watch.warn('PLIM_WARN_OUTPUT_LOST', `The dashboard cannot be served: ${messageOf(error)}`);
    return undefined;
  }
}
