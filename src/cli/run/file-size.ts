import fs from 'node:fs';
import { filesBeginningWith } from './watched-thread.ts';

/** Bytes of `file` so far, under its own or its temporary name; 0 when there is neither. */
export function fileSize(file: string): number {
  const sizes = filesBeginningWith(file).map((name) => fs.statSync(name, { throwIfNoEntry: false })?.size ?? 0);
  return Math.max(0, ...sizes);
}
