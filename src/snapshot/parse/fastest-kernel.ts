import type { Kernel } from './kernel.ts';
import { JsKernel } from './kernel-js.ts';
import { WasmKernel } from './kernel-wasm.ts';

/** The fastest kernel that this process may have: `--jitless`, policies and address limits can rule WebAssembly out. */
export function fastestKernel(inputBytes: number, outputLength: number): Kernel {
  try {
    return new WasmKernel(inputBytes, outputLength);
  } catch {
    return new JsKernel(inputBytes, outputLength);
  }
}
