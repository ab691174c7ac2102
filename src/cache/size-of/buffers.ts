/** Binary data: the object that looks into a buffer, the buffer, and its bytes outside the heap, once for all views. */
import { BYTES, roundUp } from './layout.ts';
import {
  arrayBufferBytes,
  bufferPoolBytes,
  bufferPrototype,
  dataViewBuffer,
  sharedBufferBytes,
  typedArrayBuffer,
  typedArrayBytes,
} from './natives.ts';
import type { Visitor } from './visitor.ts';

/** By how much the pool's block may be larger than `Buffer.poolSize`: newer runtimes align what they cut from it. */
const MOST_POOL_PADDING = 128;

export function expandTypedArray(value: object, visitor: Visitor): void {
  const bytes = typedArrayBytes.call(value);
  const buffer = typedArrayBuffer.call(value);
  visitor.add(BYTES.typedArray);
  if (isPooled(value, bytes, buffer)) return visitor.add(roundUp(bytes));
  visitor.take(1);
  visitor.slot(buffer);
}

/**
 * Whether a Buffer was cut from Node's pool for small ones (`Buffer.from`, `Buffer.allocUnsafe`): it counts with its own
 * bytes, since its neighbours share the block.
 */
function isPooled(value: object, bytes: number, buffer: ArrayBufferLike): boolean {
  if (Object.getPrototypeOf(value) !== bufferPrototype || bytes > bufferPoolBytes / 2) return false;
  const padding = bytesOf(buffer) - bufferPoolBytes;
  return padding >= 0 && padding <= MOST_POOL_PADDING;
}

export function expandDataView(value: object, visitor: Visitor): void {
  visitor.add(BYTES.dataView);
  visitor.take(1);
  visitor.slot(dataViewBuffer.call(value));
}

export function expandArrayBuffer(value: object, visitor: Visitor): void {
  visitor.add(BYTES.arrayBuffer + bytesOf(value));
}

/** Bytes of an ArrayBuffer or SharedArrayBuffer; none when it was handed to another thread. */
function bytesOf(buffer: object): number {
  try {
    return arrayBufferBytes.call(buffer);
  } catch {
    return sharedBufferBytes?.call(buffer) ?? 0;
  }
}
