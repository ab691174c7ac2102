import type { ErrorOrigin, ProcessDoor } from '../../src/runtime/index.ts';
import { settle } from './fake-clock.ts';

/** A process that ends on paper only, and whose signals come from the test. */
export class FakeProcess implements ProcessDoor {
  isMainThread = true;
  readonly runtime = 'Node.js v0.0.0';
  /** What was printed. */
  printed = '';
  /** How it ended: a status, a signal, or `'program'` for the status that the program has set. */
  readonly endings: (number | string)[] = [];
  suggested: number | undefined;
  readonly #listeners: Map<string, Set<(...args: never[]) => void>> = new Map();

  /** The events that somebody listens to. */
  get listened(): string[] {
    return [...this.#listeners].flatMap(([name, set]) => (set.size > 0 ? [name] : [])).sort();
  }

  emit(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...(args as never[]));
  }

  onSignal(signal: NodeJS.Signals, listener: () => void): () => void {
    return this.#on(signal, listener);
  }

  onUncaught(listener: (error: unknown, origin: ErrorOrigin) => void): () => void {
    return this.#on('uncaught', listener);
  }

  onMessage(message: string, listener: () => void): () => void {
    return this.#on(`message ${message}`, listener);
  }

  onIdle(listener: () => void): () => void {
    return this.#on('idle', listener);
  }

  onExit(listener: (status: number) => void): () => void {
    return this.#on('exit', listener);
  }

  statusOf(signal: NodeJS.Signals): number {
    return signal === 'SIGINT' ? 130 : 143;
  }

  exit(status: number | undefined): void {
    this.endings.push(status ?? 'program');
  }

  exitBySignal(signal: NodeJS.Signals): void {
    this.endings.push(signal);
  }

  suggestStatus(status: number): void {
    this.suggested = status;
  }

  print(text: string): void {
    this.printed += text;
  }

  resources(): Record<string, number> {
    return { Timeout: 2 };
  }

  soon(next: () => void): void {
    const wait = async (): Promise<void> => {
      await settle(5);
      next();
    };
    void wait();
  }

  #on(event: string, listener: (...args: never[]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }
}
