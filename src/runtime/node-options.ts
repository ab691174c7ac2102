/** The words of `NODE_OPTIONS`: blanks part them, but not between double quotes, where a backslash keeps what follows it. */
export function wordsOfOptions(text: string): string[] {
  const words = text.match(/(?:[^\s"]|"(?:[^"\\]|\\.)*(?:"|$))+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(/"((?:[^"\\]|\\.)*)(?:"|$)/g, (_, inner: string) => inner.replaceAll(/\\(.)/g, '$1')),
  );
}

/** Options that Node.js was started with, those of NODE_OPTIONS first, as they are overridden by the others. */
export function startOptions(): readonly string[] {
  return [...wordsOfOptions(process.env['NODE_OPTIONS'] ?? ''), ...process.execArgv];
}
