/** Which files an audit looks at: the sources below the given paths that no ignore file leaves out. */
import fs from 'node:fs';
import path from 'node:path';
import { FileError, messageOf, systemCodeOf } from '../../base/errors.ts';
import { IgnoreFile } from './ignore.ts';

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const DECLARATION = /\.d\.[cm]?ts$/;
/** Never sources of the project, whatever the ignore files say. */
const NEVER: ReadonlySet<string> = new Set(['node_modules', '.git', '.hg', '.svn', '.yarn', 'bower_components']);
const IGNORE_FILES = ['.gitignore', '.eslintignore', '.plimsollignore'];

/** Whether a file is TypeScript, which not every parser reads. */
export function isTypeScript(file: string): boolean {
  return /\.(?:[cm]?ts|tsx)$/.test(file);
}

/**
 * The absolute paths of all sources in some files and folders, each once, in order. A file that is named is taken
 * whatever the ignore files say.
 *
 * **Cost:** reads every folder that is not left out.
 *
 * @throws {@link FileError} `PLIM_ERR_FILE_UNREADABLE` for a path that cannot be read.
 */
export function findSources(paths: readonly string[], cwd: string): string[] {
  const found = new Set<string>();
  for (const given of paths) {
    const target = path.resolve(cwd, given);
    if (isFolder(target, given)) for (const file of walk(target, ignoresAbove(target))) found.add(file);
    else found.add(target);
  }
  return [...found].sort();
}

function isFolder(target: string, given: string): boolean {
  try {
    return fs.statSync(target).isDirectory();
  } catch (error) {
    const reason = systemCodeOf(error) ?? messageOf(error);
    throw new FileError('PLIM_ERR_FILE_UNREADABLE', `${given} cannot be read: ${reason}.`, { cause: error });
  }
}

/** The ignore files from the root of the repository down to the folder above `folder`. */
function ignoresAbove(folder: string): readonly IgnoreFile[] {
  const ignores: IgnoreFile[][] = [];
  for (let at = folder; !fs.existsSync(path.join(at, '.git')); ) {
    const parent = path.dirname(at);
    if (parent === at) return [];
    at = parent;
    ignores.unshift(ignoresIn(at));
  }
  return ignores.flat();
}

function ignoresIn(folder: string): IgnoreFile[] {
  return IGNORE_FILES.flatMap((name) => {
    try {
      return [new IgnoreFile(folder, fs.readFileSync(path.join(folder, name), 'utf8'))];
    } catch {
      // There is none, or nobody may read it.
      return [];
    }
  });
}

function* walk(folder: string, above: readonly IgnoreFile[]): Generator<string> {
  const ignores = [...above, ...ignoresIn(folder)];
  for (const entry of entriesOf(folder)) {
    const target = path.join(folder, entry.name);
    if (NEVER.has(entry.name) || isIgnored(ignores, target, entry.isDirectory())) continue;
    if (entry.isDirectory()) yield* walk(target, ignores);
    else if (entry.isFile() && SOURCE.test(entry.name) && !DECLARATION.test(entry.name)) yield target;
  }
}

/** A folder that may not be read has nothing for us; whoever named it was told before. */
function entriesOf(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** The nearest ignore file that speaks of a path decides. */
function isIgnored(ignores: readonly IgnoreFile[], target: string, isFolderItself: boolean): boolean {
  let decision = false;
  for (const ignore of ignores) decision = ignore.decides(target, isFolderItself) ?? decision;
  return decision;
}
