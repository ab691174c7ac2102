import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The built package: `dist`, or what PLIMSOLL_DIST names. */
export const dist = path.resolve(root, process.env.PLIMSOLL_DIST ?? 'dist');
