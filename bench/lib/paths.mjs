import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What benches make for themselves: peers, heap files, evidence. Not under version control. */
export const workFolder = path.join(root, 'bench', '.work');

/** Figures worth keeping. */
export const resultsFolder = path.join(root, 'bench', 'results');
