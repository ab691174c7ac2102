/** Options whose value is likely to be a secret. */
const SECRET_OPTION =
  /^--?[\w-]*(?:pass(?:word|wd)?|secret|token|api-?key|access-?key|private-?key|credential|auth)[\w-]*$/i;
const HIDDEN = '***';

/**
 * A command line as it may stand in a report that is passed on: values of options that sound like secrets, and user and
 * password in URLs, are left out.
 */
export function shownArguments(argv: readonly string[]): string[] {
  return argv.map((word, i) => {
    const [option, ...value] = word.split('=');
    if (value.length > 0 && SECRET_OPTION.test(option!)) return `${option}=${HIDDEN}`;
    const before = argv[i - 1];
    if (before !== undefined && SECRET_OPTION.test(before) && !word.startsWith('-')) return HIDDEN;
    return word.replaceAll(/(\w+:\/\/)[^\s/@]+@/g, `$1${HIDDEN}@`);
  });
}
