/** HTTP as it goes over the wire: for requests that no client would send, and answers that no client would show. */
import net from 'node:net';

/** An answer, read to the connection's end or to the end of its body. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends `text` and reads until the other end closes, or `isEnough` says so of what has come. */
export function sendRaw(
  port: number,
  text: string,
  isEnough: (received: string) => boolean = () => false,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let received = '';
    const end = (): void => {
      socket.destroy();
      resolve(received);
    };
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => {
      received += part;
      if (isEnough(received)) end();
    });
    socket.on('end', end);
    socket.on('close', end);
    // A reset after an answer is one way to end, too.
    socket.on('error', (error) =>
      received === '' && (error as NodeJS.ErrnoException).code !== 'ECONNRESET' ? reject(error) : end(),
    );
    socket.write(text);
  });
}

/** One request by its lines, with `Connection: close`, and its answer. */
export async function askRaw(port: number, lines: readonly string[], body: string = ''): Promise<RawAnswer> {
  const received = await sendRaw(port, `${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
  const [head = '', ...rest] = received.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') };
}
