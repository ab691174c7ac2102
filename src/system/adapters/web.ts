/** Requests and responses of the web's kind. */
import type { BodyStream, SystemAnswer, SystemRequest } from '../call.ts';

/** A `Request` as the API reads it. Nothing of its body is touched. */
export function requestOfWeb(request: Request, address?: string): SystemRequest {
  const { headers, method, url } = request;
  const [host, target] = splitUrl(url);
  return {
    method,
    target,
    header: (name) => headers.get(name) ?? (name === 'host' ? host : null),
    headerCount: [...headers.keys()].length,
    hasBody: request.body !== null || hasBody(headers.get('content-length'), headers.get('transfer-encoding')),
    address,
    isMounted: true,
  };
}

/** Whether headers announce a body. */
export function hasBody(contentLength: string | null, transferEncoding: string | null): boolean {
  return transferEncoding !== null || (contentLength !== null && contentLength.trim() !== '0');
}

/** A request's URL is whole and well-formed: its host, and the path and query. */
function splitUrl(url: string): [host: string, target: string] {
  const match = /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#]*@)?([^/?#]*)([^#]*)/i.exec(url);
  const target = match?.[2] ?? '/';
  return [match?.[1] ?? '', target.startsWith('/') ? target : `/${target}`];
}

/** An answer as a `Response`. */
export function answerAsResponse({ status, headers, body }: SystemAnswer, method: string): Response {
  if (method === 'HEAD') return new Response(null, { status, headers });
  return new Response(typeof body === 'string' ? body : asReadable(body), { status, headers });
}

/** Read only as fast as whoever reads it. */
function asReadable(body: BodyStream): ReadableStream<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  let giveUp = (): void => {};
  const forget = (): void => body.signal?.removeEventListener('abort', giveUp);
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        giveUp = () => controller.error(new Error('Too slow a reader.'));
        body.signal?.addEventListener('abort', giveUp, { once: true });
      },
      async pull(controller) {
        const { done = false, value } = await iterator.next();
        if (body.signal?.aborted === true) return;
        if (!done) return controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value);
        forget();
        controller.close();
      },
      async cancel() {
        forget();
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
