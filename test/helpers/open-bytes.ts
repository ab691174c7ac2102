import { HeapSnapshot } from '../../src/snapshot/open.ts';
import { ByteReader, type ByteSource, type OpenOptions } from '../../src/snapshot/parse/byte-reader.ts';
import type { Kernel } from '../../src/snapshot/parse/kernel.ts';
import { JsKernel } from '../../src/snapshot/parse/kernel-js.ts';
import { WasmKernel } from '../../src/snapshot/parse/kernel-wasm.ts';
import { readGraph } from '../../src/snapshot/parse/read-graph.ts';

export type KernelMaker = (inputBytes: number, outputLength: number) => Kernel;

/** Every kernel there is, by name: whatever reads bytes is tested with each. */
export const KERNELS: readonly (readonly [name: string, make: KernelMaker])[] = [
  ['JavaScript', (inputBytes, outputLength) => new JsKernel(inputBytes, outputLength)],
  ['WebAssembly', (inputBytes, outputLength) => new WasmKernel(inputBytes, outputLength)],
];

export interface OpenBytesOptions extends OpenOptions {
  readonly make?: KernelMaker;
  /** Bytes of the file looked at in one go. */
  readonly windowBytes?: number;
  /** Numbers read in one go. */
  readonly batch?: number;
}

/** Opens a snapshot that is in memory. */
export async function openBytes(bytes: Uint8Array, options: OpenBytesOptions = {}): Promise<HeapSnapshot> {
  const { make = KERNELS[0]![1], windowBytes = 4096, batch = 256 } = options;
  const kernel = make(windowBytes, batch);
  const source: ByteSource = {
    read(into, at, length, position) {
      const part = bytes.subarray(position, position + length);
      into.set(part, at);
      return Promise.resolve({ bytesRead: part.length });
    },
  };
  const reader = new ByteReader(source, 'test.heapsnapshot', bytes.length, kernel.input, options);
  const { graph, truncated } = await readGraph(reader, kernel);
  return new HeapSnapshot('test.heapsnapshot', bytes.length, graph, truncated);
}
