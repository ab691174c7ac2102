// The problems of every entry in a CommonJS program: required first, then imported unless `import()` is out of reach.
'use strict';
const { complaints, differences } = require('./problems.cjs');

exports.problems = async function problems({ canImport = true } = {}) {
  const found = [];
  for (const { specifier, file } of require('./entries.json')) {
    const required = require(specifier);
    const ofEntry = [
      ...(canImport ? differences(await import(specifier), required) : []),
      ...(await complaints(require(`./uses/${file}.cjs`))),
    ];
    found.push(...ofEntry.map((problem) => `${specifier}: ${problem}`));
  }
  return found;
};
