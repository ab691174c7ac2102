/** A program that uses `plimsoll/diagnose`: it asks what holds objects of which there are none. */
import { explainRetained, type RetainedExplanation } from 'plimsoll/diagnose';
import { RetentionWatcher } from 'plimsoll/watch';

export async function use(): Promise<Record<string, boolean>> {
  const watcher = new RetentionWatcher();
  const nothing: RetainedExplanation = await explainRetained(watcher, '00000000000', { most: 1, maxPause: '1s' });
  watcher.close();
  return { 'nothing is held': nothing.objects.length === 0 && nothing.file === null && nothing.pauseMs === 0 };
}
