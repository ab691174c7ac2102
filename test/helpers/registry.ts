/** The rules of the code registry as a function that returns what breaks them. */
import { mask } from './imports.ts';

/** Where codes are defined; a mention there is no use. */
const REGISTRIES: ReadonlySet<string> = new Set(['base/errors.ts', 'base/warnings.ts']);

const CODE = /\bPLIM_(?:ERR|WARN|DEP)_[A-Z0-9_]+/g;

/** What a section of the page must say beside the sentence of the registry. */
const PARTS = ['**Why:**', '**What to do:**'];

export interface Registry {
  /** Every code with its sentence. */
  readonly codes: Readonly<Record<string, string>>;
  /** The sources, named from `src/`. */
  readonly sources: readonly { readonly name: string; readonly source: string }[];
  /** The text of all tests. */
  readonly tests: string;
  /** The page that explains the codes, in Markdown. */
  readonly page: string;
}

/** What breaks the rules; empty when all is well. */
export function registryProblems({ codes, sources, tests, page }: Registry): string[] {
  const elsewhere = sources.filter(({ name }) => !REGISTRIES.has(name));
  const named = new Set(elsewhere.flatMap(({ source }) => source.match(CODE) ?? []));
  // A mention in a comment or as a key of a table raises nothing: only a string counts as use.
  const used = new Set(
    elsewhere.flatMap(({ source }) => [...mask(source).strings.values()].join('\n').match(CODE) ?? []),
  );
  const sections = sectionsOf(page);
  return [
    ...[...named].filter((code) => !Object.hasOwn(codes, code)).map((code) => `${code} is used and not registered`),
    ...[...sections.keys()]
      .filter((title) => title.startsWith('PLIM_') && !Object.hasOwn(codes, title))
      .map((title) => `${title} is documented and not registered`),
    ...Object.entries(codes).flatMap(([code, sentence]) => [
      ...(used.has(code) ? [] : [`${code} is registered and not used`]),
      ...(!code.startsWith('PLIM_ERR_') || mentions(tests, code) ? [] : [`${code} is asserted by no test`]),
      ...documentationProblems(code, sentence, sections.get(code)),
    ]),
  ];
}

function documentationProblems(code: string, sentence: string, section: string | undefined): string[] {
  if (section === undefined) return [`${code} has no section`];
  return [sentence, ...PARTS].filter((part) => !section.includes(part)).map((part) => `${code}: no "${part}"`);
}

/** The text below each heading, by the heading, without backticks. */
function sectionsOf(page: string): Map<string, string> {
  const pieces = page.split(/^#+ +(.+)$/m);
  const titles = pieces.filter((_, index) => index % 2 === 1);
  return new Map(titles.map((title, index) => [title.replaceAll('`', '').trim(), pieces[2 * index + 2]!]));
}

function mentions(text: string, code: string): boolean {
  return new RegExp(`\\b${code}\\b`).test(text);
}
