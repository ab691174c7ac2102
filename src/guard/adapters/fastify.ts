/** `plimsoll/guard/fastify`: a guard as a plugin of Fastify 5. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import type { ShedReply } from '../../monitor/index.ts';
import type { NodeRequest, NodeResponse } from '../../system/index.ts';
import { Guard } from '../guard.ts';
import type { GuardOptions } from '../options.ts';

/** What is used of a Fastify instance. */
export interface GuardableFastify {
  readonly server: unknown;
  decorate(name: 'guard', value: Guard): unknown;
  addHook(name: 'onRequest', hook: OnRequest): unknown;
  addHook(name: 'onClose', hook: () => Promise<void>): unknown;
  close(): PromiseLike<unknown>;
}

/** What is used of its request. */
export interface GuardableRequest {
  readonly raw: IncomingMessage | NodeRequest;
}

/** What is used of its reply. */
export interface GuardableReply extends ShedReply {
  readonly raw: ServerResponse | NodeResponse;
  hijack(): unknown;
}

type OnRequest = (request: GuardableRequest, reply: GuardableReply, done: () => void) => void;

/** A plugin whose hooks are those of the instance that registers it. */
export interface GuardPlugin {
  (instance: GuardableFastify, options: GuardOptions, done: (error?: Error) => void): void;
}

const plugin: GuardPlugin = (instance, options, done) => {
  try {
    install(instance, new Guard(options));
  } catch (error) {
    // Thrown here it would be an uncaught exception.
    return done(error as Error);
  }
  done();
};

function install(instance: GuardableFastify, guard: Guard): void {
  let forget: () => void;
  try {
    guard.drain(instance.server as Server);
    // After the draining: what the application's own plugins have opened.
    forget = guard.shutdown.on('close', () => instance.close(), { name: 'fastify' });
    instance.decorate('guard', guard);
  } catch (error) {
    void guard.close();
    throw error;
  }
  const shed = guard.shedder?.fastify();
  instance.addHook('onRequest', (request, reply, next) => {
    if (guard.system?.owns(request.raw.url ?? '/') === true) {
      reply.hijack();
      guard.answers(request.raw, reply.raw);
      return;
    }
    const admit = (): void => {
      guard.monitor?.work();
      next();
    };
    if (shed === undefined) admit();
    else shed(request.raw, reply, admit);
  });
  instance.addHook('onClose', async () => {
    forget();
    await guard.close();
  });
}

/**
 * `app.register(guardPlugin, options)`, with the options of `guard`; `app.guard` is the guard. Register it first. The server is drained
 * and the application closed when the process ends; `app.close()` ends the guard.
 *
 * Rejects in `app.ready()` with what `guard` throws.
 */
export const guardPlugin: GuardPlugin = Object.assign(plugin, {
  // Fastify's own way of saying that hooks and decorators are for whoever registers.
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'plimsoll-guard',
});
