// Reads the items of a JSON document that is larger than the heap, one after the other, inside a session's budget.
import { JSONParser } from '@streamparser/json';
import { SessionBroker } from 'plimsoll/session';

/** The values at `path`, such as `$.items.*`, of a stream of JSON: never more of them at once than one chunk completes. */
export async function* readItems(stream, path) {
  const parser = new JSONParser({ paths: [path], keepStack: false });
  let found = [];
  parser.onValue = ({ value }) => found.push(value);
  for await (const chunk of stream) {
    parser.write(chunk);
    const batch = found;
    found = [];
    yield* batch;
  }
  if (!parser.isEnded) throw new SyntaxError('The JSON document ends too early.');
}

/** Adds up what a tenant has uploaded; each chunk is charged while it is worked on. */
export async function totalOf(session, stream) {
  session.scope.stream(stream); // ends with the session, whoever hangs up
  let [items, total] = [0, 0];
  for await (const { price } of readItems(charged(session, stream), '$.items.*')) {
    items++;
    total += price;
  }
  return { items, total };
}

async function* charged({ budget }, stream) {
  for await (const chunk of stream) {
    budget.charge('upload', chunk.length);
    try {
      yield chunk;
    } finally {
      budget.release('upload', chunk.length);
    }
  }
}

export const broker = new SessionBroker({
  maxSessions: 100,
  perSession: '2MB',
  components: { upload: '1MB', cache: '1MB' },
});
