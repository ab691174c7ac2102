import { isMainThread, threadId } from 'node:worker_threads';
import { parentChannel } from '../../../runtime/index.ts';
import type { Metrics } from '../metrics.ts';
import { openChannel, type ThreadMessage } from './ask-threads.ts';
import { ANSWER, ASK, toWire } from './wire.ts';

/**
 * Answers the {@link Gatherer} of the process that has forked this one, or of the main thread.
 *
 * Messages of the channel to the parent are seen by the program's own listeners too; those of ours have a `type` that
 * begins with `plimsoll:`.
 *
 * @returns a function that ends it.
 */
export function shareMetrics(metrics: Metrics): () => void {
  return isMainThread ? shareWithParent(metrics) : shareWithThreads(metrics);
}

function shareWithParent(metrics: Metrics): () => void {
  const channel = parentChannel();
  if (channel === null) return () => {};
  return channel.listen((message) => {
    const { type, id } = (message ?? {}) as { readonly type?: unknown; readonly id?: unknown };
    if (type === ASK) channel.send({ type: ANSWER, id, families: toWire(metrics.collect(), true) });
  });
}

function shareWithThreads(metrics: Metrics): () => void {
  const thread = threadId;
  const send = (message: ThreadMessage): void => channel.postMessage(message);
  const channel = openChannel((message) => {
    if (message.type === 'who') send({ type: 'here', thread });
    if (message.type === 'ask') {
      send({ type: 'figures', id: message.id, thread, families: toWire(metrics.collect(), false) });
    }
  });
  send({ type: 'here', thread });
  return () => {
    send({ type: 'gone', thread });
    channel.close();
  };
}
