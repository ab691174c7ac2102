/**
 * Modules that a program is still loading: the runtime keeps each for ever, but a program has only so many. A program that
 * makes modules without an end makes them in one place; one that loads has them all over its own and its packages' folders.
 */
import type { Namer } from '../naming/namer.ts';

const MODULES: ReadonlySet<string> = new Set(['Module', 'ModuleWrap', 'ModuleJob']);
/** This share of the files in one folder, or under one name, are made and not written. */
const ONE_PLACE = 0.6;
const MANY = 100;

/** Whether the things held are modules of many folders. */
export function isLoadingModules(namer: Namer, unit: string, examples: readonly number[]): boolean {
  if (!MODULES.has(unit)) return false;
  const folders = new Map<string, number>();
  let known = 0;
  for (const node of examples) {
    const file = fileOf(namer, node);
    if (file === '') continue;
    known++;
    const folder = file.includes('/node_modules/') ? file : placeOf(file);
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  const most = Math.max(0, ...folders.values());
  return known > 0 && (most < known * ONE_PLACE || known < MANY);
}

function fileOf({ view }: Namer, node: number): string {
  for (const name of ['filename', 'url']) {
    const text = view.property(node, name);
    if (text >= 0) return view.nameOf(text);
  }
  return '';
}

/** Its folder; versions of one file that a query tells apart are in one place, and so is text given as a module. */
function placeOf(file: string): string {
  return file.startsWith('data:') ? 'data:' : file.replace(/[?#].*$/s, '').replace(/[^/]*$/, '');
}
