/** A proxy on this machine that can cut, hold back and delay what goes through it: a network that fails when it is told to. */
import net from 'node:net';

interface Pair {
  readonly near: net.Socket;
  readonly far: net.Socket;
}

export class TcpProxy {
  readonly port: number;
  /** Where new connections lead. */
  target: number;
  readonly #server: net.Server;
  readonly #pairs = new Set<Pair>();
  #isOpen = true;
  #isHeld = false;
  #delayMs = 0;

  private constructor(server: net.Server, target: number) {
    this.#server = server;
    this.target = target;
    this.port = (server.address() as net.AddressInfo).port;
    server.on('connection', (near) => this.#join(near));
  }

  static async start(target: number): Promise<TcpProxy> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(server, target);
  }

  /** Ends all connections with a reset, and takes no new ones until {@link mend}. */
  cut(): void {
    this.#isOpen = false;
    this.reset();
  }

  /** Ends all connections; new ones are welcome. */
  reset(): void {
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
    this.#pairs.clear();
  }

  /** Nothing comes through, and nobody is told. */
  hold(): void {
    this.#isHeld = true;
    for (const { near, far } of this.#pairs) {
      near.pause();
      far.pause();
    }
  }

  /** Everything comes so much later. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  mend(): void {
    this.#isOpen = true;
    this.#isHeld = false;
    this.#delayMs = 0;
    for (const { near, far } of this.#pairs) {
      near.resume();
      far.resume();
    }
  }

  async end(): Promise<void> {
    this.reset();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: net.Socket): void {
    if (!this.#isOpen) return void near.resetAndDestroy();
    const far = net.connect(this.target, '127.0.0.1');
    const pair = { near, far };
    this.#pairs.add(pair);
    const end = (): void => {
      near.destroy();
      far.destroy();
      this.#pairs.delete(pair);
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (data) => this.#pass(to, data));
      from.on('error', end);
      from.on('close', end);
    }
    if (this.#isHeld) this.hold();
  }

  #pass(to: net.Socket, data: Buffer): void {
    if (this.#delayMs === 0) return void to.write(data);
    setTimeout(() => to.destroyed || to.write(data), this.#delayMs);
  }
}
