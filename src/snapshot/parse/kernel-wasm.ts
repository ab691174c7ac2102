import { type Kernel, type Stop, TEXT } from './kernel.ts';
import { KERNEL_CODE } from './kernel-wasm-code.ts';

/** As much of WebAssembly as is used here: the types come with no library that this package compiles against. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Exports };
}

interface Exports {
  numbers(at: number, to: number, out: number, outEnd: number): Stop;
  strings(at: number, to: number, out: number, outEnd: number, base: number, text: number): Stop;
}

const PAGE_BYTES = 65_536;

/** Addresses: what the functions leave for us, then the output, then the input. */
const RESULTS = 0;
const OUTPUT = 16;

/** The kernel in WebAssembly: about twice as fast. The constructor throws where the runtime has none or forbids it. */
export class WasmKernel implements Kernel {
  readonly input: Uint8Array;
  readonly output: Uint32Array;
  at = 0;
  count = 0;
  text: number = TEXT.OUTSIDE;
  readonly #results: Uint32Array;
  readonly #exports: Exports;

  constructor(inputBytes: number, outputLength: number) {
    const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
    const inputAt = OUTPUT + 4 * outputLength;
    const pages = Math.ceil((inputAt + inputBytes) / PAGE_BYTES);
    const memory = new Memory({ initial: pages, maximum: pages });
    const module = new Module(Buffer.from(KERNEL_CODE, 'base64'));
    this.#exports = new Instance(module, { m: { memory } }).exports;
    this.#results = new Uint32Array(memory.buffer, RESULTS, 3);
    this.output = new Uint32Array(memory.buffer, OUTPUT, outputLength);
    this.input = new Uint8Array(memory.buffer, inputAt, inputBytes);
  }

  scanNumbers(from: number, to: number, count: number, limit: number): Stop {
    const base = this.input.byteOffset;
    const stop = this.#exports.numbers(base + from, base + to, OUTPUT + 4 * count, OUTPUT + 4 * limit);
    this.#take(base);
    return stop;
  }

  scanStrings(from: number, to: number, text: number): Stop {
    const base = this.input.byteOffset;
    const outEnd = OUTPUT + 4 * this.output.length;
    const stop = this.#exports.strings(base + from, base + to, OUTPUT, outEnd, base, text);
    this.#take(base);
    this.text = this.#results[2]!;
    return stop;
  }

  #take(base: number): void {
    this.at = this.#results[0]! - base;
    this.count = (this.#results[1]! - OUTPUT) / 4;
  }
}
