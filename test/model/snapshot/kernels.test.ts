import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsKernel } from '../../../src/snapshot/parse/kernel-js.ts';
import { WasmKernel } from '../../../src/snapshot/parse/kernel-wasm.ts';
import { holds } from '../../helpers/properties.ts';

const text = (...parts: string[]) => fc.array(fc.constantFrom(...parts), { maxLength: 80 }).map((all) => all.join(''));
const numbers = text('0', '1', '7', '9', '4294967295', ',', ',', '\n,', '\r\n', ' ', ']', '-', '.');
const strings = text('"', '"', '\\', ',', '\n', ' ', 'abcdefgh', 'x', ']', '\\"', '\u00e9');

test('the WebAssembly kernel does what the JavaScript kernel does', () => {
  const kernels = [new JsKernel(1024, 16), new WasmKernel(1024, 16)] as const;
  const run = fc.record({ numbers, strings, from: fc.nat(20), cut: fc.nat(20), count: fc.nat(15), text: fc.nat(2) });
  holds(
    fc.property(run, ({ numbers, strings, from, cut, count, text }) => {
      const results = kernels.map((kernel) => {
        kernel.output.fill(0);
        kernel.input.fill(0x2c).set(Buffer.from(numbers, 'latin1'));
        const ended = kernel.scanNumbers(from, Math.max(from, numbers.length) + 1, count, 16);
        const first = [ended, kernel.at, kernel.count, ...kernel.output];
        kernel.input.set(Buffer.from(strings, 'latin1'));
        const stopped = kernel.scanStrings(from, Math.max(from, strings.length - cut), text);
        return [first, stopped, kernel.at, kernel.text, ...kernel.output.subarray(0, kernel.count)];
      });
      expect(results[1]).toEqual(results[0]);
    }),
    2000,
  );
});
