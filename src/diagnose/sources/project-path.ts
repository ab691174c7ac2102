import fs from 'node:fs';
import path from 'node:path';
import { pathOfUrl } from '../../snapshot/index.ts';

/** Package folders found so far, by folder; `null` where there is none above. */
const packages = new Map<string, { readonly name: string; readonly folder: string } | null>();
/** A watch of many programs meets many folders. */
const MOST_FOLDERS = 10_000;

/**
 * A file by its package and its path in it, `my-service:src/agent.ts`: the same in every checkout, from every working
 * folder and on every machine. Without a package it is the file's name.
 *
 * **Cost:** looks for package.json upwards, once a folder.
 */
export function projectPath(url: string): string {
  const file = pathOfUrl(url);
  if (!path.isAbsolute(file)) return file;
  const home = packageAround(path.dirname(file));
  return home === null
    ? path.basename(file)
    : `${home.name}:${path.relative(home.folder, file).replaceAll(path.sep, '/')}`;
}

function packageAround(folder: string): { readonly name: string; readonly folder: string } | null {
  const known = packages.get(folder);
  if (known !== undefined) return known;
  const parent = path.dirname(folder);
  const name = packageName(folder);
  const found = name !== undefined ? { name, folder } : parent === folder ? null : packageAround(parent);
  if (packages.size >= MOST_FOLDERS) packages.clear();
  packages.set(folder, found);
  return found;
}

/** Name of the package whose folder this is; `''` for one without a name, `undefined` when it is none. */
function packageName(folder: string): string | undefined {
  try {
    const { name } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as { name?: unknown };
    return typeof name === 'string' ? name : '';
  } catch {
    return undefined;
  }
}
