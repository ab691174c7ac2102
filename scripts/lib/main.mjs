import { pathToFileURL } from 'node:url';

/**
 * Whether a module is the program that was started, and not imported by another.
 *
 * @param {string} url Its `import.meta.url`.
 */
export function isMain(url) {
  const [, program] = process.argv;
  return program !== undefined && url === pathToFileURL(program).href;
}
