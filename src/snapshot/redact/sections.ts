import type { ByteReader } from '../parse/byte-reader.ts';
import { BYTE, expect, peek, readValue, skipValue } from '../parse/json.ts';

const MAX_KEY_BYTES = 1024;
const MAX_KEYS = 100;

/** What was done with a section: its value was read, is to be passed over, or was the last that matters. */
export type Taken = 'read' | 'skip' | 'stop';

/** Goes through the sections of a snapshot, each handed to `take` with the reader before its value. */
export async function readSectionsOf(reader: ByteReader, take: (key: string) => Promise<Taken>): Promise<void> {
  if ((await peek(reader)) === 0xef) reader.at += 3;
  await expect(reader, BYTE.OPEN_OBJECT);
  const seen = new Set<string>();
  for (;;) {
    const key = await readValue(reader, 'a key', MAX_KEY_BYTES);
    if (typeof key !== 'string') throw reader.damaged('a key that is no string');
    if (seen.has(key)) throw reader.damaged(`\`${key}\` twice`);
    if (seen.add(key).size > MAX_KEYS) throw reader.damaged('JSON of another kind');
    await expect(reader, BYTE.COLON);
    const taken = await take(key);
    if (taken === 'stop') return;
    if (taken === 'skip') await skipValue(reader);
    if ((await peek(reader)) === BYTE.CLOSE_OBJECT) return;
    await expect(reader, BYTE.COMMA);
  }
}
