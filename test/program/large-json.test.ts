/** The recipe of docs/guide/large-json.md: a document larger than the heap, read in a process whose heap is small. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bareNode } from '../helpers/program.ts';

const EXAMPLE = pathToFileURL(path.resolve('examples/large-json/items.mjs')).href;
const ITEMS = 48_000;
const HEAP = '--max-old-space-size=24';

/** A program with a stream of a document of about 48 MB, made as it is read. */
const source = `
  import { Readable } from 'node:stream';
  function* document(last) {
    yield '{"kind":"upload","items":[';
    for (let i = 0; i < ${ITEMS}; i++) {
      yield (i === 0 ? '' : ',') + JSON.stringify({ id: i, price: i % 100, text: 'é'.repeat(480) + i });
    }
    yield last;
  }
  const upload = (last = ']}') => Readable.from(document(last), { objectMode: false });
`;

async function run(program: string): Promise<{ status: number | null; output: string; stderr: string }> {
  const { status, stdout, stderr } = await bareNode([HEAP, '--input-type=module', '--eval', source + program], {
    cwd: process.cwd(),
  });
  return { status, output: stdout.toString(), stderr };
}

describe('a document larger than the heap', () => {
  test('is read item by item, inside a budget that holds none of it in the end', async () => {
    const { status, output, stderr } = await run(`
      const { broker, totalOf } = await import(${JSON.stringify(EXAMPLE)});
      const session = await broker.open('tenant');
      const result = await totalOf(session, upload());
      console.log(JSON.stringify({ ...result, used: session.budget.used('upload') }));
      await broker.shutdown();
    `);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const total = Array.from({ length: ITEMS }, (_, i) => i % 100).reduce((sum, price) => sum + price, 0);
    expect(JSON.parse(output)).toEqual({ items: ITEMS, total, used: 0 });
  });

  test('is an error when it ends too early', async () => {
    const { status, output } = await run(`
      const { broker, totalOf } = await import(${JSON.stringify(EXAMPLE)});
      const session = await broker.open('tenant');
      await totalOf(session, upload('')).catch((error) => console.log(error.name));
      await broker.shutdown();
    `);
    expect({ status, output }).toEqual({ status: 0, output: 'SyntaxError\n' });
  });

  test('ends the process when it is parsed as a whole', async () => {
    const { status, stderr } = await run(`
      let text = '';
      for await (const chunk of upload()) text += chunk;
      console.log(JSON.parse(text).items.length);
    `);
    expect(status).not.toBe(0);
    expect(stderr).toContain('heap out of memory');
  });
});
