import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BenchFailure } from './failure.mjs';
import { root } from './paths.mjs';

/** The option that every area over the built package has. */
export const distOption = { kind: 'text', value: 'dist', isPath: true, help: 'folder of the built package' };

/** A file of the built package, by its path inside the build. */
export function builtFile(dist, name) {
  const file = path.resolve(root, dist, name);
  if (!fs.existsSync(file))
    throw new BenchFailure(`There is no ${path.relative(root, file)}: run \`npm run build\` first.`);
  return file;
}

/** A module of the built package. */
export async function importBuilt(dist, name) {
  return import(pathToFileURL(builtFile(dist, name)).href);
}
