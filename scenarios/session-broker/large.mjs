// What 48 MB of JSON, and as much of JSON lines, come to in a process whose heap may have 24 MB: `large.mjs naive|plimsoll`
// reads them at once, or as a stream inside the budget of a session (docs/guide/large-json.md).
import readline from 'node:readline';
import { Readable } from 'node:stream';

const ITEMS = 48_000;

const item = (id) => JSON.stringify({ id, price: id % 100, text: 'é'.repeat(480) + id });

function* jsonOf() {
  yield '{"kind":"upload","items":[';
  for (let id = 0; id < ITEMS; id++) yield (id === 0 ? '' : ',') + item(id);
  yield ']}';
}

function* linesOf() {
  for (let id = 0; id < ITEMS; id++) yield `${item(id)}\n`;
}

const upload = (pieces) => Readable.from(pieces, { objectMode: false });

async function atOnce() {
  let text = '';
  for await (const chunk of upload(jsonOf())) text += chunk;
  return { items: JSON.parse(text).items.length };
}

async function asStreams() {
  const { broker, totalOf } = await import('../../examples/large-json/items.mjs');
  const session = await broker.open('tenant');
  const { items } = await totalOf(session, upload(jsonOf()));
  let lines = 0;
  for await (const line of readline.createInterface({ input: session.scope.stream(upload(linesOf())) }))
    lines += JSON.parse(line).id === lines ? 1 : 0;
  const used = session.budget.used('upload');
  await broker.shutdown();
  return { items, lines, used };
}

console.log(JSON.stringify(process.argv[2] === 'naive' ? await atOnce() : await asStreams()));
