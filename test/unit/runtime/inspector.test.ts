import { expect, test } from 'vitest';
import { decodeDataUrl } from '../../../src/runtime/inspector.ts';

const MAP = { version: 3, sources: ['ü.ts'], mappings: 'AAAA' };

test('maps inside a script are read in both spellings', () => {
  const base64 = Buffer.from(JSON.stringify(MAP)).toString('base64');
  expect(decodeDataUrl(`data:application/json;charset=utf-8;base64,${base64}`)).toEqual(MAP);
  expect(decodeDataUrl(`data:application/json,${encodeURIComponent(JSON.stringify(MAP))}`)).toEqual(MAP);
});

test.each([
  ['app.js.map'],
  ['file:///app.js.map'],
  ['data:application/json;base64'],
  ['data:application/json;base64,e30'.slice(0, -1)],
  ['data:,%zz'],
])('%j holds no map', (url) => {
  expect(decodeDataUrl(url)).toBeNull();
});
