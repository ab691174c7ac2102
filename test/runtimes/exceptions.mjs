// Tests that say something of a feature which not every runtime has (features.mjs): where it is missing, they are left
// out, and the rest of the suite runs.

/** How the full names of tests begin, by the feature that they need. @type {Readonly<Record<string, readonly string[]>>} */
export const NEEDS = {
  'preload by `NODE_OPTIONS`': ['Node.js reads our quoting back'],
  // Connections that were open before a drain was told of its server are found by it.
  'list of what holds the process open': ['an HTTP server ', 'a net server '],
  'spaces of the heap': [
    'a meter observes them by the names of the conventions, with units and attributes',
    'exporters of the SDK take them',
  ],
  'heap snapshot of itself': [
    'writeSnapshot leaves one whole file and tells what it cost',
    'a real snapshot of this Node.js opens, and its totals are those of JSON.parse',
  ],
  'small `Buffer`s cut from a common pool': ['binary data a small Buffer from the pool counts with its own bytes'],
  'errors as V8 makes them (properties, wording)': [
    'built-in objects an error: message, eight calls of its stack, and what was added',
    'built-in objects objects of another realm are known for what they are',
    'getOrLoad keys that are none rejects',
    'creation stacks begin at the caller, of every entry when asked to',
  ],
  'the same while that process computes without a pause': [
    'a program that computes without a pause is reached all the same',
  ],
};

/**
 * A pattern of names for vitest that leaves out what the runtime cannot do.
 *
 * @param {Readonly<Record<string, boolean>>} found What a runtime's features.mjs printed.
 */
export function patternOf(found) {
  const names = Object.entries(NEEDS).flatMap(([feature, tests]) => (found[feature] ? [] : tests));
  const escaped = names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return escaped.length === 0 ? '' : `^(?!${escaped.join('|')})`;
}
