/** Files in which nothing is worth reporting: they end soon, are not source, or never run on a server. */
import type { Tree } from './tree.ts';
import type { SourceCode } from '../ast/source.ts';
import { is } from '../ast/nodes.ts';
import type { Variables } from './variables.ts';

const NOT_LONG_RUNNING =
  /(?:^|[\\/])(?:tests?|__tests__|__mocks__|mocks?|specs?|e2e|cypress|bench(?:marks?)?|perf|fixtures?|examples?|demos?|scripts?|playground|docs?|stories|storybook|test-utils?|testing|testdata)[\\/]|[.-](?:test|tests|spec|bench|stories|e2e|d|config|conf)\.[cm]?[jt]sx?$|(?:^|[\\/])(?:gulpfile|gruntfile|rollup\.config|webpack\.config)/i;

/** A line longer than this was not written by a person. */
const LONGEST_LINE = 2_000;

const BROWSER_GLOBALS: ReadonlySet<string> = new Set([
  'document',
  'window',
  'localStorage',
  'sessionStorage',
  'navigator',
  'HTMLElement',
  'requestAnimationFrame',
]);

/** Whether the rules should look at a file at all. */
export function isAudited(filename: string, source: SourceCode): boolean {
  if (NOT_LONG_RUNNING.test(pathInProject(filename))) return false;
  if (source.text.startsWith('#!')) return false;
  return !hasLongLine(source.text);
}

/** The path without what lies above the project, so that a project in a folder named `test` is still audited. */
function pathInProject(filename: string): string {
  const parts = filename.split(/[\\/]/);
  const from = Math.max(parts.lastIndexOf('node_modules'), parts.lastIndexOf('src') - 1, parts.lastIndexOf('lib') - 1);
  return parts.slice(from > 0 ? from : -3).join('/');
}

function hasLongLine(text: string): boolean {
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    if (end - start > LONGEST_LINE) return true;
    start = end + 1;
  }
  return text.length - start > LONGEST_LINE;
}

/** Whether a file is made for browsers alone: it uses the page and nothing of Node's. */
export function isBrowserOnly(tree: Tree, variables: Variables): boolean {
  const isGlobal = (node: { readonly name: string }): boolean =>
    variables.of(node as never) === undefined && BROWSER_GLOBALS.has(node.name);
  const used = tree
    .nodes('Identifier')
    .filter((node) => isGlobal(node) && !(is(node.parent, 'MemberExpression') && node.parent.property === node))
    .filter((node) => !is(node.parent, 'UnaryExpression') && !is(node.parent, 'Property'));
  if (used.length === 0)
    return tree.nodes('ImportDeclaration').some(({ source }) => /^react(?:-dom|-native)?$/.test(String(source.value)));
  return (
    !tree.nodes('ImportDeclaration').some(({ source }) => String(source.value).startsWith('node:')) &&
    !tree.nodes('Identifier').some((node) => node.name === 'process' && variables.of(node) === undefined)
  );
}
