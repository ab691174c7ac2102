/** The rules of the house about what may import what, as functions of a source tree that return what breaks them. */
import fs from 'node:fs';
import path from 'node:path';
import { type Import, readImports, usesImportMeta } from './imports.ts';

/** Floor of each room, a room being a folder in `src/`; a file imports from lower floors and its own room only. */
export const FLOORS: Readonly<Record<string, number>> = {
  base: 0,
  runtime: 1,
  struct: 1,
  cache: 2,
  scope: 2,
  monitor: 2,
  watch: 2,
  snapshot: 2,
  audit: 2,
  tier: 3,
  session: 3,
  diagnose: 3,
  system: 3,
  testkit: 4,
  dashboard: 4,
  guard: 4,
  cli: 5,
  /** The files of `src/` itself. */
  top: 5,
};

const TOP_FILES: ReadonlySet<string> = new Set(['index.ts', 'errors.ts', 'register.ts']);
/** The one room that is a program and no library. */
const PROGRAM = 'cli';
/** What is bundled into a page: it runs in browsers, may import what is bundled with it, and nobody imports it. */
const PAGE = 'dashboard/page/';
/** What {@link PAGE} may import from npm. */
const BUNDLED: ReadonlySet<string> = new Set(['uplot']);
/** Rooms that also run where there is no Node. */
const WITHOUT_NODE: ReadonlySet<string> = new Set(['base', 'struct', 'cache']);

/** A file of the tree, named from its root with `/`. */
export interface SourceFile {
  readonly name: string;
  readonly source: string;
  readonly imports: readonly Import[];
}

/** Every TypeScript file below `root`, in order of its name. */
export function readTree(root: string): SourceFile[] {
  return fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const source = fs.readFileSync(path.join(root, name), 'utf8');
      return { name: name.replaceAll('\\', '/'), source, imports: readImports(source) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What breaks the rules of floors and doors; empty when all is well. `dependencies`: those the program may import. */
export function floorProblems(tree: readonly SourceFile[], dependencies: readonly string[]): string[] {
  const names = new Set(tree.map((file) => file.name));
  const problems = tree
    .filter(({ name }) => roomOf(name) === undefined)
    .map(({ name }) => `${name} is in no known room`);
  for (const file of tree.filter(({ name }) => roomOf(name) !== undefined)) {
    for (const one of file.imports) {
      const wrong = problemOf(file.name, one, names, dependencies);
      if (wrong !== undefined) problems.push(`${file.name}:${one.line} ${wrong}`);
    }
    if (usesImportMeta(file.source) && roomOf(file.name) !== PROGRAM) problems.push(`${file.name} uses import.meta`);
  }
  return problems;
}

function roomOf(name: string): string | undefined {
  const [first, ...rest] = name.split('/');
  if (rest.length === 0) return TOP_FILES.has(first!) ? 'top' : undefined;
  return Object.hasOwn(FLOORS, first!) && first !== 'top' ? first : undefined;
}

function problemOf(
  from: string,
  { specifier, star }: Import,
  names: ReadonlySet<string>,
  dependencies: readonly string[],
): string | undefined {
  const room = roomOf(from)!;
  if (specifier === null) return room === PROGRAM ? undefined : 'imports a computed name';
  if (star) return `exports all of ${specifier}; list the names`;
  if (specifier.startsWith('.'))
    return problemOfFile(from, path.posix.join(path.posix.dirname(from), specifier), names);
  if (from.startsWith(PAGE)) return BUNDLED.has(specifier) ? undefined : `imports ${specifier}, but runs in a browser`;
  if (specifier.startsWith('node:')) {
    return WITHOUT_NODE.has(room) ? `imports ${specifier}, but ${room} runs without Node` : undefined;
  }
  if (room !== PROGRAM) return `imports ${specifier} from npm, but ${room} is library`;
  return dependencies.some((name) => specifier === name || specifier.startsWith(`${name}/`))
    ? undefined
    : `imports ${specifier}, which is no dependency`;
}

function problemOfFile(from: string, to: string, names: ReadonlySet<string>): string | undefined {
  if (!names.has(to)) return `imports ${to}, which does not exist`;
  const [room, target] = [roomOf(from)!, roomOf(to)];
  if (to.startsWith(PAGE) && !from.startsWith(PAGE)) return `imports ${to}, which is bundled into a page`;
  if (from.startsWith(PAGE) && !to.startsWith(PAGE) && !WITHOUT_NODE.has(target ?? '')) {
    return `imports ${to}, but runs in a browser`;
  }
  if (target === undefined) return `imports ${to}, which is in no known room`;
  if (room !== target && FLOORS[target]! >= FLOORS[room]!) {
    return `imports ${to}: ${target} (floor ${FLOORS[target]}) is not below ${room} (floor ${FLOORS[room]})`;
  }
  const door = doorOf(from, to, names);
  return door === undefined || door === to ? undefined : `imports ${to} past ${door}`;
}

/** The `index.ts` of the outermost folder that `to` is in and `from` is not. */
function doorOf(from: string, to: string, names: ReadonlySet<string>): string | undefined {
  const folders = to.split('/').slice(0, -1);
  return folders
    .map((_, depth) => `${folders.slice(0, depth + 1).join('/')}/`)
    .filter((folder) => !from.startsWith(folder))
    .map((folder) => `${folder}index.ts`)
    .find((door) => names.has(door));
}

/** Import cycles, each as the files on it from its first by name; types count. */
export function importCycles(tree: readonly SourceFile[]): string[] {
  const targets = new Map(
    tree.map(({ name, imports }) => [
      name,
      imports
        .filter(({ specifier }) => specifier?.startsWith('.'))
        .map(({ specifier }) => path.posix.join(path.posix.dirname(name), specifier!)),
    ]),
  );
  const cycles = new Set<string>();
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(name);
    if (seenAt >= 0) cycles.add(turnToFirst(trail.slice(seenAt)).join(' -> '));
    if (seenAt >= 0 || done.has(name)) return;
    for (const target of targets.get(name) ?? []) visit(target, [...trail, name]);
    done.add(name);
  };
  for (const name of targets.keys()) visit(name, []);
  return [...cycles];
}

function turnToFirst(cycle: readonly string[]): string[] {
  const first = cycle.indexOf([...cycle].sort()[0]!);
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}
