/** Files and folders that the user asked for: checked before long work begins, written whole or not at all. */
import fs from 'node:fs';
import path from 'node:path';
import { FileError, messageOf, systemCodeOf } from '../base/errors.ts';

function unwritable(option: string, target: string, error: unknown): FileError {
  const reason = systemCodeOf(error) ?? messageOf(error);
  return new FileError('PLIM_ERR_FILE_UNWRITABLE', `${option} ${target} cannot be written: ${reason}.`, {
    cause: error,
  });
}

/** A name beside `file` that nobody else uses. */
function temporaryName(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
}

/** Whether `file` is something a rename must not replace: a pipe, a terminal, `/dev/null`. */
function isDevice(file: string): boolean {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile();
}

function realTarget(file: string): string {
  return fs.existsSync(file) ? fs.realpathSync(file) : path.resolve(file);
}

/** Throws {@link FileError} `PLIM_ERR_FILE_UNWRITABLE` when `file` could not be written now. Leaves nothing behind. */
export function checkWritableFile(option: string, file: string): void {
  try {
    const target = realTarget(file);
    if (fs.statSync(target, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error('it is a folder');
    if (isDevice(target)) return fs.accessSync(target, fs.constants.W_OK);
    if (fs.existsSync(target)) fs.accessSync(target, fs.constants.W_OK);
    const trial = temporaryName(target);
    fs.writeFileSync(trial, ' ');
    fs.rmSync(trial, { force: true });
  } catch (error) {
    throw unwritable(option, file, error);
  }
}

/** Makes `folder` and its parents. Node's own recursive form never returns where the system says "no such parent" (/proc). */
function makeFolder(folder: string): void {
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolder(parent);
  fs.mkdirSync(folder);
}

/** Makes `folder` if need be; throws {@link FileError} `PLIM_ERR_FILE_UNWRITABLE` when nothing can be put in it. */
export function prepareFolder(option: string, folder: string): string {
  try {
    makeFolder(path.resolve(folder));
    const real = fs.realpathSync(folder);
    const trial = path.join(real, `.plimsoll.${process.pid}.tmp`);
    fs.writeFileSync(trial, ' ');
    fs.rmSync(trial, { force: true });
    return real;
  } catch (error) {
    throw unwritable(option, folder, error);
  }
}

/** Writes `value` as JSON, as {@link writeTextFile} does. */
export function writeJsonFile(option: string, file: string, value: unknown): void {
  writeTextFile(option, file, `${JSON.stringify(value, null, 2)}\n`);
}

/** Writes text, through a temporary file and a rename where `file` is an ordinary one. */
export function writeTextFile(option: string, file: string, text: string): void {
  const target = realTarget(file);
  const trial = temporaryName(target);
  try {
    if (isDevice(target)) return fs.writeFileSync(target, text);
    fs.writeFileSync(trial, text);
    fs.renameSync(trial, target);
  } catch (error) {
    fs.rmSync(trial, { force: true });
    throw unwritable(option, file, error);
  }
}
