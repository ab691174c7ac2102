/** A program that uses `plimsoll/guard/fastify`: a plugin that ends what it started when the application is closed. */
import http from 'node:http';
import { type GuardableFastify, guardPlugin } from 'plimsoll/guard/fastify';

type Guard = Parameters<GuardableFastify['decorate']>[1];

export async function use(): Promise<Record<string, boolean>> {
  const hooks: string[] = [];
  let close: () => Promise<void> = async () => {};
  let guard: Guard | undefined;
  const application: GuardableFastify = {
    server: http.createServer(),
    decorate: (_name, value) => void (guard = value),
    addHook(name: string, hook: unknown) {
      hooks.push(name);
      if (name === 'onClose') close = hook as () => Promise<void>;
    },
    close: () => close(),
  };
  const failed = await new Promise((resolve) => guardPlugin(application, {}, resolve));
  const wasWatched = guard?.monitor?.isRunning;
  await close();
  return {
    'it is installed': failed === undefined && wasWatched === true,
    'requests pass its hook': hooks.join() === 'onRequest,onClose',
    'closing the application ends it': guard?.monitor?.isRunning === false,
  };
}
