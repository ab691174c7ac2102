/** What is open at one moment, and what has come to it since: scopes, timers, handles, listeners, files. */
import { OpenResources, processEmitter } from '../../runtime/index.ts';
import { formatScopeReport, openScopes, type Scope } from '../../scope/index.ts';
import { openFiles } from './descriptors.ts';
import { addedListeners, type ListenerLook, listenersOf, type Watchable } from './listeners.ts';

/** Something that was opened and not closed. */
export interface Unreleased {
  readonly kind: 'scope' | 'timer' | 'handle' | 'listener' | 'file' | 'object';
  /** What it is: `Timeout`, `TCPSERVERWRAP`, `SIGTERM listener onSignal`, a path. */
  readonly what: string;
  /** Frames of the stack that opened it, newest first; empty where they are not known. */
  readonly stack: readonly string[];
}

export interface WatchOptions {
  /** Whether what is opened right now counts. */
  readonly isWatched: () => boolean;
  /** Besides the process. */
  readonly emitters: readonly Watchable[];
  /** Whether a stack is somebody else's. */
  readonly isForeign: (stack: readonly string[]) => boolean;
}

interface Watched {
  readonly target: Watchable;
  readonly name: string;
  readonly before: ListenerLook;
}

export class OpenThings {
  readonly #options: WatchOptions;
  readonly #resources: OpenResources;
  readonly #files: ReadonlyMap<string, string> | null;
  readonly #scopes: WeakSet<Scope>;
  readonly #watched: readonly Watched[];

  /** Begins to watch. */
  constructor(options: WatchOptions) {
    this.#options = options;
    this.#files = openFiles();
    this.#scopes = new WeakSet(openScopes());
    const targets: (readonly [Watchable, string])[] = [
      [processEmitter(), 'process'],
      ...options.emitters.map((emitter) => [emitter, emitter.constructor.name] as const),
    ];
    this.#watched = targets.map(([target, name]) => ({ target, name, before: listenersOf(target) }));
    this.#resources = new OpenResources(options.isWatched);
  }

  /** What was opened since, and is open now. */
  list(): Unreleased[] {
    return [...this.#newScopes(), ...this.#newResources(), ...this.#newListeners(), ...this.#newFiles()];
  }

  stop(): void {
    this.#resources.stop();
  }

  #newScopes(): Unreleased[] {
    const opened = openScopes().filter((scope) => !this.#scopes.has(scope));
    return opened.map((scope) => ({ kind: 'scope', what: formatScopeReport(scope.report()), stack: [] }));
  }

  #newResources(): Unreleased[] {
    return this.#resources
      .list()
      .filter(({ stack }) => !this.#options.isForeign(stack))
      .map(({ kind, stack }) => ({ kind: /^[A-Z]+$/.test(kind) ? 'handle' : 'timer', what: kind, stack }));
  }

  #newListeners(): Unreleased[] {
    return this.#watched.flatMap(({ target, name, before }) =>
      addedListeners(before, listenersOf(target)).map((added) => ({
        kind: 'listener' as const,
        what: `${added.event} listener ${added.name} of ${name}`,
        stack: [],
      })),
    );
  }

  #newFiles(): Unreleased[] {
    const now = openFiles();
    if (this.#files === null || now === null) return [];
    const opened = [...now].filter(([descriptor, target]) => this.#files!.get(descriptor) !== target);
    return opened.map(([, target]) => ({ kind: 'file', what: target, stack: [] }));
  }
}

/** One thing as text, with how it could have been closed. */
export function unreleasedText({ kind, what, stack }: Unreleased, index: number): string {
  return [
    `${index + 1}. ${kind} ${what}`,
    ...stack.slice(0, 4).map((frame) => `      ${frame}`),
    `   remedy    ${REMEDIES[kind]}`,
  ].join('\n');
}

const REMEDIES: Readonly<Record<Unreleased['kind'], string>> = {
  scope: 'Await its close(), or tie it to what it belongs to with endWith().',
  timer: 'Clear it on every way out, or make it by setTimeout() or setInterval() of the scope.',
  handle: 'Close it, wait until it is closed, or give it to the scope.',
  listener: 'Remove it when its subscriber ends, or add it by on() of the scope.',
  file: 'Await its close(), or give it to the scope by file() or stream().',
  object: 'Let go of it: what holds it stands above.',
};
