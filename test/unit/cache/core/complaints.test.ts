import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest';
import { Complaints } from '../../../../src/cache/core/complaints.ts';

let warned: MockInstance<typeof process.emitWarning>;

beforeEach(() => {
  warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
});

afterEach(() => warned.mockRestore());

const said = (): string[] => warned.mock.calls.map(([message]) => String(message));

test.each([
  [new Error('The store is closed.'), 'The store is closed'],
  [new Error('no store'), 'no store'],
  ['a text.', 'a text'],
  [undefined, 'undefined'],
])('what threw %s ends the sentence once', (error, shown) => {
  new Complaints('users', undefined).callback('dispose', error);
  expect(said()).toEqual([
    `The cache 'users' was given a \`dispose\` that threw: ${shown}. It goes on; later errors are not shown.`,
  ]);
});

test('the handler of errors gets them all, and no warning is made', () => {
  const errors: unknown[] = [];
  const complaints = new Complaints(undefined, (error) => errors.push(error));
  complaints.callback('sizeOf', 'one');
  complaints.callback('sizeOf', 'two');
  expect(errors).toEqual(['one', 'two']);
  expect(said()).toEqual([]);
});

test('a handler that throws leaves one warning', () => {
  const complaints = new Complaints(undefined, () => {
    throw new Error('the handler is broken');
  });
  complaints.callback('sizeOf', new Error('first.'));
  complaints.callback('sizeOf', new Error('second.'));
  expect(said()).toEqual(['A cache was given a `sizeOf` that threw: first. It goes on; later errors are not shown.']);
});
