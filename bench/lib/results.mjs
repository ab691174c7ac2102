import fs from 'node:fs';
import path from 'node:path';
import { resultsFolder } from './paths.mjs';

/** Writes what an area measured; gives the file's path. */
export function writeResults(area, content, file = path.join(resultsFolder, `${area}.json`)) {
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(content, roundFigures, 2)}\n`);
  return file;
}

/** Six significant digits are more than any measurement here has. */
function roundFigures(_key, value) {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}
