import { readDuration } from '../../base/options.ts';
import type { MonitorAction } from './action.ts';
import { type CollectOptions, DEFAULT_MAX_PAUSE, LEAST_SPACING_MS } from './collect.ts';

/**
 * Collects garbage: a cure for nothing, as V8 collects by itself before the heap is full; of use before it is known
 * whether memory is held or only not yet collected. At most once a minute.
 *
 * **Cost:** stops the program for about 2 ms per MiB of heap, `maxPause` at most by the estimate.
 *
 * @throws {PLIM_ERR_OPTION_INVALID}
 */
export function collectGarbage(options: CollectOptions = {}): MonitorAction {
  const maxPause = readDuration('maxPause', options.maxPause ?? DEFAULT_MAX_PAUSE);
  return { name: 'collect', cooldownMs: LEAST_SPACING_MS, run: ({ collect }) => collect({ maxPause }) };
}
