/** What to start: a JavaScript file under this Node.js, or a command. */
import fs from 'node:fs';
import path from 'node:path';
import { ProgramError, systemCodeOf } from '../../base/errors.ts';

/** A program that looks as if it could be started. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** As the user wrote it. */
  readonly label: string;
}

const JAVASCRIPT = new Set(['.js', '.mjs', '.cjs']);
const TYPESCRIPT = new Set(['.ts', '.mts', '.cts']);

function missing(message: string): ProgramError {
  return new ProgramError('PLIM_ERR_PROGRAM_MISSING', message);
}

function foreign(message: string): ProgramError {
  return new ProgramError('PLIM_ERR_PROGRAM_FOREIGN', message);
}

function unstartable(message: string, cause?: unknown): ProgramError {
  return new ProgramError('PLIM_ERR_PROGRAM_START', message, { cause });
}

/** Turns `app.js [args]` into a program; throws {@link ProgramError} when this Node.js cannot start it. */
export function programOfFile(words: readonly string[]): Program {
  const [file, ...args] = words as [string, ...string[]];
  requireScript(file);
  return { command: process.execPath, args: [file, ...args], label: words.join(' ') };
}

/** Turns the words after `--` into a program; throws {@link ProgramError} when there is no such command. */
export function programOfCommand(words: readonly string[], env: Readonly<NodeJS.ProcessEnv>): Program {
  const [command, ...args] = words as [string, ...string[]];
  requireCommand(command, env['PATH'] ?? '');
  return { command, args, label: words.join(' ') };
}

function requireScript(file: string): void {
  const stats = statOf(file);
  if (stats === undefined) {
    const isName = !file.includes(path.sep) && path.extname(file) === '';
    const hint = isName ? ` To run a command, put -- before it: plimsoll run -- ${file} ...` : '';
    throw missing(`Expected the program to be an existing file, got ${JSON.stringify(file)}.${hint}`);
  }
  if (stats.isDirectory()) throw foreign(`Expected the program to be a JavaScript file, got the folder ${file}.`);
  const extension = path.extname(file).toLowerCase();
  if (TYPESCRIPT.has(extension) && !startsTypeScript()) {
    throw foreign(`This Node.js cannot start TypeScript by itself: plimsoll run -- node --import tsx ${file}`);
  }
  if (JAVASCRIPT.has(extension) || TYPESCRIPT.has(extension)) return requireReadable(file);
  if (extension === '.tsx' || extension === '.jsx') {
    throw foreign(`Node.js cannot start ${file} by itself: plimsoll run -- node --import tsx ${file}`);
  }
  const head = headOf(file);
  if (extension !== '' || !isScriptOfNode(head)) {
    throw foreign(
      `Expected the program to be JavaScript (.js, .mjs, .cjs), got ${file}. To run a command, put -- before it.`,
    );
  }
}

function startsTypeScript(): boolean {
  // Newer than the types of the oldest Node.js we support.
  return Boolean((process.features as { readonly typescript?: string | false }).typescript);
}

/** A file without an extension: its first line names node, or there is no such line and it is text. */
function isScriptOfNode(head: Buffer): boolean {
  const firstLine = head.toString('latin1').split('\n', 1)[0]!;
  if (firstLine.startsWith('#!')) return /\bnode\b/.test(firstLine);
  return !head.includes(0);
}

function statOf(file: string): fs.Stats | undefined {
  try {
    return fs.statSync(file);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unstartable(`The program ${file} cannot be looked at: ${code ?? String(error)}.`, error);
  }
}

function requireReadable(file: string): void {
  headOf(file);
}

function headOf(file: string): Buffer {
  try {
    const fd = fs.openSync(file, 'r');
    try {
      const head = Buffer.alloc(512);
      return head.subarray(0, fs.readSync(fd, head, 0, head.length, 0));
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    throw unstartable(`The program ${file} cannot be read: ${systemCodeOf(error) ?? String(error)}.`, error);
  }
}

function requireCommand(command: string, searchPath: string): void {
  // Windows adds endings and wrappers to names: there the start itself tells.
  if (process.platform === 'win32') return;
  const places = command.includes('/')
    ? [command]
    : searchPath.split(path.delimiter).map((folder) => path.join(folder === '' ? '.' : folder, command));
  if (places.some(isExecutable)) return;
  const isScript = JAVASCRIPT.has(path.extname(command)) || TYPESCRIPT.has(path.extname(command));
  if (isScript && statOf(command)?.isFile() === true) {
    throw foreign(
      `After -- comes a command, and ${command} is none: plimsoll run ${command}, or plimsoll run -- node ${command}`,
    );
  }
  const found = places.find((place) => statOf(place) !== undefined);
  if (found !== undefined) throw unstartable(`The command ${found} is not an executable file.`);
  throw missing(`Expected a command after --, got ${JSON.stringify(command)}, which was not found.`);
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
