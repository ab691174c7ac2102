import path from 'node:path';
import { messageOf, systemCodeOf } from '../../base/errors.ts';
import { writeText } from '../../runtime/index.ts';
import { type Message, threadKey } from '../wire.ts';

/** Errors after which no later line can be written either. */
const FINAL_ERRORS = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'ERR_ACCESS_DENIED']);

/**
 * The lines that one thread writes for its watcher. Opened and closed at each line, so that the program keeps no
 * descriptor of ours, and whole on disk before the next thing happens. **Cost:** about 25 us a line.
 */
export class PlimsollProbeJournal {
  readonly #file: string;
  readonly #reported = new Set<string>();
  #isCut = false;
  #isClosed = false;

  constructor(session: string, pid: number, threadId: number) {
    this.#file = path.join(session, `${threadKey(pid, threadId)}.jsonl`);
  }

  /** True once the session's folder is gone: nobody listens any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Writes one line; never throws. A line that does not fit on the disk is dropped. */
  write(message: Message): void {
    if (this.#isClosed) return;
    try {
      // A line that a full disk has cut must not swallow the next one.
      writeText(this.#file, `${this.#isCut ? '\n' : ''}${JSON.stringify(message)}\n`, 'a');
      this.#isCut = false;
    } catch (error) {
      this.#isCut = true;
      this.#isClosed = FINAL_ERRORS.has(systemCodeOf(error) ?? '');
    }
  }

  /** Runs `work`; an error becomes one line for each `part` and goes no further. */
  guard(part: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#reported.has(part)) return;
      this.#reported.add(part);
      this.write({ kind: 'trouble', part, message: messageOf(error) });
    }
  }
}
