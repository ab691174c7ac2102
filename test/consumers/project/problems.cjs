// What is wrong with one entry, loaded by `import` and by `require`. As CommonJS it loads everywhere.
'use strict';

/** Names that the two ways of loading add of themselves. */
const OF_LOADERS = new Set(['default', 'module.exports', '__esModule']);

function namesOf(module) {
  return Object.keys(module).filter((name) => !OF_LOADERS.has(name));
}

/** Names whose values are not the same object or value in both. */
exports.differences = function differences(imported, required) {
  const names = new Set([...namesOf(imported), ...namesOf(required)]);
  if (names.size === 0) return ['nothing is exported'];
  return [...names].filter((name) => imported[name] !== required[name]).map((name) => `${name} is there twice`);
};

/** What the entry's programs found untrue. */
exports.complaints = async function complaints(...programs) {
  const found = [];
  for (const { use } of programs) {
    const facts = Object.entries(await use());
    if (facts.length === 0) found.push('the program checks nothing');
    found.push(...facts.filter(([, isTrue]) => isTrue !== true).map(([what]) => `not so: ${what}`));
  }
  return found;
};
