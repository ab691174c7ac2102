import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fastestKernel } from '../../../../src/snapshot/parse/fastest-kernel.ts';
import { STOP, TEXT } from '../../../../src/snapshot/parse/kernel.ts';
import { JsKernel } from '../../../../src/snapshot/parse/kernel-js.ts';
import { WasmKernel } from '../../../../src/snapshot/parse/kernel-wasm.ts';
import { KERNELS } from '../../../helpers/open-bytes.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');

describe.each(KERNELS)('%s kernel', (_, make) => {
  /** Reads numbers from `text` into room for `limit`. */
  function numbersOf(text: string, limit = 100) {
    const kernel = make(256, 100);
    kernel.input.set(Buffer.from(text, 'latin1'));
    const stop = kernel.scanNumbers(0, text.length, 0, limit);
    return { stop, at: kernel.at, numbers: [...kernel.output.subarray(0, kernel.count)] };
  }

  test('numbers, whatever stands between them', () => {
    expect(numbersOf('0,1,23\n,4294967295\r\n,\t007 , 8]9')).toEqual({
      stop: STOP.CLOSED,
      at: 30,
      numbers: [0, 1, 23, 4294967295, 7, 8],
    });
    expect(numbersOf('')).toEqual({ stop: STOP.INPUT, at: 0, numbers: [] });
    expect(numbersOf('5,\n')).toEqual({ stop: STOP.INPUT, at: 3, numbers: [5] });
  });

  test('stops on the number for which there is no room', () => {
    expect(numbersOf('1,\n2, 34,5,', 2)).toEqual({ stop: STOP.OUTPUT, at: 6, numbers: [1, 2] });
  });

  test.each([
    '4294967296',
    '99999999999',
    '18446744073709551617',
    '00000000001',
    '-1',
    'x',
    '"',
    '[',
    '.',
    '\0',
    '\xff',
  ])('stops on %j', (odd) => {
    expect(numbersOf(`7,${odd},8]`)).toEqual({ stop: STOP.ODD, at: 2, numbers: [7] });
  });

  test('goes on behind what is in the output', () => {
    const kernel = make(64, 8);
    kernel.input.set(Buffer.from('xx1,2,'));
    kernel.output.set([9, 9, 9]);
    expect(kernel.scanNumbers(2, 6, 2, 8)).toBe(STOP.INPUT);
    expect([kernel.count, ...kernel.output.subarray(0, 4)]).toEqual([4, 9, 9, 1, 2]);
  });

  test('a line feed at the end of the input does not read the byte behind it', () => {
    const kernel = make(64, 8);
    kernel.input.set(Buffer.from('1\n,2,'));
    expect([kernel.scanNumbers(0, 2, 0, 8), kernel.at]).toEqual([STOP.INPUT, 2]);
  });

  /** Opening quotes in `text`, read in parts that end at `cuts`. */
  function quotesOf(text: string, cuts: readonly number[] = [], room = 100) {
    const kernel = make(256, room);
    kernel.input.set(Buffer.from(text, 'latin1'));
    const quotes: number[] = [];
    let state: number = TEXT.OUTSIDE;
    let stop: number = STOP.INPUT;
    for (let at = 0, part = 0; part <= cuts.length; at = kernel.at) {
      stop = kernel.scanStrings(at, cuts[part] ?? text.length, state);
      state = kernel.text;
      quotes.push(...kernel.output.subarray(0, kernel.count));
      if (stop === STOP.INPUT) part++;
      else if (stop !== STOP.OUTPUT) break;
    }
    return { stop, at: kernel.at, state, quotes };
  }

  const text = '"", "a\\"b" ,\n"\\\\","a long string without anything special in it \\u0022 but this","é]["]';
  const whole = { stop: STOP.CLOSED, at: text.length, state: TEXT.OUTSIDE, quotes: [0, 4, 13, 18, 81] };

  test('strings with escapes, long and empty', () => {
    expect(quotesOf(text)).toEqual(whole);
  });

  test('strings in two parts, cut anywhere, with room for two quotes', () => {
    for (let cut = 0; cut < text.length; cut++) expect(quotesOf(text, [cut], 2)).toEqual(whole);
  });

  test('says where in a string the input ends', () => {
    expect(quotesOf('"ab').state).toBe(TEXT.INSIDE);
    expect(quotesOf('"ab\\').state).toBe(TEXT.ESCAPED);
    expect(quotesOf('"ab",').state).toBe(TEXT.OUTSIDE);
  });

  test.each(['7', 'null', '\0', '\xff', '{'])('stops on %j between strings', (odd) => {
    expect(quotesOf(`"a",${odd}`)).toEqual({ stop: STOP.ODD, at: 4, state: TEXT.OUTSIDE, quotes: [0] });
  });
});

describe('the fastest kernel', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('is WebAssembly where there is such a thing', () => {
    expect(fastestKernel(64, 8)).toBeInstanceOf(WasmKernel);
  });

  test('is JavaScript where there is none, or it is forbidden', () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(fastestKernel(64, 8)).toBeInstanceOf(JsKernel);
    const Module = () => {
      throw new Error('code generation is forbidden');
    };
    vi.stubGlobal('WebAssembly', { Memory: Object, Module, Instance: Object });
    expect(fastestKernel(64, 8)).toBeInstanceOf(JsKernel);
  });
});

test('the assembled code is what its source gives', () => {
  const run = spawnSync(process.execPath, [path.join(ROOT, 'scripts/make-kernel.mjs'), '--print'], {
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  expect(run.stdout).toBe(fs.readFileSync(path.join(ROOT, 'src/snapshot/parse/kernel-wasm-code.ts'), 'utf8'));
});
