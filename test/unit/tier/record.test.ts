import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Codec, resolveCodecOptions } from '../../../src/tier/codec.ts';
import { decodeRecord, encodeFence, encodeRecord } from '../../../src/tier/record.ts';
import { newStamp } from '../../../src/tier/stamp.ts';
import type { NewEntry } from '../../../src/tier/tier.ts';
import { holds } from '../../helpers/properties.ts';

const options = resolveCodecOptions({});

function entryOf(value: unknown): NewEntry<unknown> {
  return {
    kind: value === undefined ? 'missing' : 'value',
    value,
    stamp: newStamp(),
    writtenAt: 1,
    expiresAt: Infinity,
    generations: [
      ['', newStamp()],
      ['a tag', newStamp()],
    ],
    keepMs: Infinity,
  };
}

describe('records', () => {
  test('come back as they were, whatever the value, tags and threshold', async () => {
    await holds(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.array(fc.string({ minLength: 1 }), { maxLength: 5 }),
        fc.constantFrom('json' as const, 'v8' as const),
        fc.constantFrom(0, 16, Infinity),
        async (value, tags, codec, compressAbove) => {
          const all = resolveCodecOptions({ codec, compressAbove });
          const entry = { ...entryOf(value), generations: ['', ...tags].map((tag) => [tag, newStamp()] as const) };
          const found = await decodeRecord(await encodeRecord(entry, all), all);
          const { keepMs: _, ...stored } = entry;
          // JSON knows no -0.
          expect(JSON.parse(JSON.stringify(found))).toEqual(JSON.parse(JSON.stringify(stored)));
        },
      ),
      100,
    );
  });

  test('v8 keeps what JSON does not', async () => {
    const all = resolveCodecOptions({ codec: 'v8' });
    const value = new Map<unknown, unknown>([
      [1n, new Date(5)],
      ['set', new Set([undefined])],
    ]);
    expect(await decodeRecord(await encodeRecord(entryOf(value), all), all)).toMatchObject({ value });
  });

  test('that are damaged anywhere are damage, and nothing is thrown', async () => {
    const good = await encodeRecord(entryOf({ text: 'hello' }), options);
    await holds(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bad = Buffer.from(good);
        bad[at]! ^= flip;
        expect(await decodeRecord(bad, options)).toMatchObject({ kind: 'damaged' });
      }),
      100,
    );
    for (let length = 0; length < good.length; length++) {
      expect(await decodeRecord(good.subarray(0, length), options)).toMatchObject({ kind: 'damaged' });
    }
  });

  test('of any bytes throw nothing, even if their checksum is right', async () => {
    const { crc32 } = await import('node:zlib');
    await holds(
      fc.asyncProperty(fc.uint8Array({ minLength: 20, maxLength: 80 }), async (bytes) => {
        const forged = Buffer.from(bytes);
        forged[0] = 0xb7;
        forged[1] = 1;
        forged.writeUInt32LE(crc32(forged.subarray(6)), 2);
        expect((await decodeRecord(forged, options)).kind).toMatch(/value|missing|deleted|damaged/);
      }),
      100,
    );
  });

  test('of another codec or version are damage', async () => {
    const bytes = await encodeRecord(entryOf(1), resolveCodecOptions({ codec: 'v8' }));
    expect(await decodeRecord(bytes, options)).toMatchObject({ problem: expect.stringContaining('codec 2') });
    bytes[1] = 9;
    expect(await decodeRecord(bytes, options)).toMatchObject({ problem: 'an entry of version 9' });
  });

  test('that unpack to more than is allowed are damage', async () => {
    const bytes = await encodeRecord(entryOf('x'.repeat(100_000)), options);
    // By how much differs with the runtime; below the limit it is.
    expect(bytes.length).toBeLessThan(10_000);
    const small = resolveCodecOptions({ maxValueBytes: '10KB' });
    expect(await decodeRecord(bytes, small)).toMatchObject({ kind: 'damaged' });
  });

  test("a caller's codec may refuse a value", async () => {
    const codec: Codec<number> = {
      id: 77,
      encode: (value) => String(value),
      decode: (bytes) => {
        const value = Number(bytes);
        if (!(value > 0)) throw new RangeError('not positive');
        return value;
      },
    };
    const all = resolveCodecOptions({ codec });
    const entry = { ...entryOf(5), value: 5 };
    expect(await decodeRecord(await encodeRecord(entry, all), all)).toMatchObject({ value: 5 });
    expect(await decodeRecord(await encodeRecord({ ...entry, value: -5 }, all), all)).toMatchObject({
      problem: 'a value that cannot be decoded: not positive',
    });
  });

  test('a fence is no value', async () => {
    const stamp = newStamp();
    expect(await decodeRecord(encodeFence(stamp), options)).toEqual({ kind: 'deleted', stamp });
  });

  test.each([
    ['xml'],
    [null],
    [{}],
    [{ id: 256, encode: (): string => '', decode: (): number => 1 }],
    [{ id: 1, encode: (): string => '' }],
  ])('refuses %j as a codec', (codec) => {
    expect(() => resolveCodecOptions({ codec: codec as never })).toThrow(/Expected `codec` to be/);
  });
});

test('stamps differ', () => {
  const stamps = new Set(Array.from({ length: 10_000 }, newStamp));
  expect(stamps.size).toBe(10_000);
  expect([...stamps].every((stamp) => /^[\w-]{12}$/.test(stamp))).toBe(true);
});
