/** The private folder through which the program's threads and we talk, and the environment that tells them of it. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileError, systemCodeOf } from '../../base/errors.ts';
import { wordsOfOptions } from '../../runtime/index.ts';
import { type ProbeSettings, SESSION_VARIABLE, SETTINGS_VARIABLE } from '../../diagnose/wire.ts';

const PRELOAD = fileURLToPath(new URL('../../cjs/register.js', import.meta.url));

/** A word of `NODE_OPTIONS`, quoted as Node.js reads it: in double quotes, backslashes and quotes escaped. */
export function quoteNodeOption(word: string): string {
  return `"${word.replaceAll(/[\\"]/g, '\\$&')}"`;
}

/** The environment of the watched program: its own, the preload added. */
export function watchedEnvironment(
  env: Readonly<NodeJS.ProcessEnv>,
  sessionDir: string,
  settings: ProbeSettings,
  preload: string = PRELOAD,
): NodeJS.ProcessEnv {
  const existing = env['NODE_OPTIONS'] ?? '';
  const isFolderGiven = wordsOfOptions(existing).some((word) => word.startsWith('--diagnostic-dir'));
  // V8 knows no other way to be told where its snapshot near the limit goes.
  const folder = settings.nearLimit === true && !isFolderGiven ? [`--diagnostic-dir=${settings.outDir}`] : [];
  const added = [...folder.map(quoteNodeOption), `--require ${quoteNodeOption(preload)}`].join(' ');
  return {
    ...env,
    NODE_OPTIONS: existing.trim() === '' ? added : `${existing} ${added}`,
    [SESSION_VARIABLE]: sessionDir,
    [SETTINGS_VARIABLE]: JSON.stringify(settings),
  };
}

/** A folder that only this user can enter; gone when the run ends, in whatever way. */
export class SessionFolder {
  readonly dir: string;
  readonly #removeAtExit = (): void => this.dispose();

  constructor() {
    const parent = os.tmpdir();
    try {
      this.dir = fs.realpathSync(fs.mkdtempSync(path.join(parent, 'plimsoll-')));
    } catch (error) {
      throw new FileError(
        'PLIM_ERR_FILE_UNWRITABLE',
        `The folder for temporary files, ${parent}, cannot be written: ${systemCodeOf(error)}. TMPDIR names another.`,
        { cause: error },
      );
    }
    process.once('exit', this.#removeAtExit);
  }

  /** A folder in it, for snapshots and profiles. */
  evidenceFolder(): string {
    const folder = path.join(this.dir, 'evidence');
    fs.mkdirSync(folder);
    return folder;
  }

  /** Removes the folder with all that is in it. */
  dispose(): void {
    process.off('exit', this.#removeAtExit);
    try {
      fs.rmSync(this.dir, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // A process that outlives us may still write there; what it leaves is in the system's temporary folder.
    }
  }
}
