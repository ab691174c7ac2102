// The problems of every entry in a program of ES modules: imported first, then required unless that gives another copy.
import { createRequire } from 'node:module';
import { complaints, differences } from './problems.cjs';

const require = createRequire(import.meta.url);

export async function problems({ canRequire = true } = {}) {
  const found = [];
  for (const { specifier, file } of require('./entries.json')) {
    const imported = await import(specifier);
    const program = await import(`./uses/${file}.mjs`);
    const ofEntry = [
      ...(canRequire ? differences(imported, require(specifier)) : []),
      ...(await complaints(program, ...(canRequire ? [require(`./uses/${file}.cjs`)] : []))),
    ];
    found.push(...ofEntry.map((problem) => `${specifier}: ${problem}`));
  }
  return found;
}
