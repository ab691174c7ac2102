import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Caches in files of the user's own: each exports `name`, `create(capacity, { ttl })` and, when it can expire, `ttl = true`.
 *
 * @param {readonly string[]} files
 * @returns {Promise<import('./caches.mjs').Contender[]>}
 */
export function contenderFiles(files) {
  return Promise.all(
    files.map(async (file) => {
      const module = await import(pathToFileURL(path.resolve(file)).href);
      return { name: module.name, expires: module.ttl === true, load: async () => module.create };
    }),
  );
}
