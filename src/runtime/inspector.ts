/**
 * The two things that only the inspector can tell of a running thread: where its living objects were allocated, and
 * the source maps of scripts that never were a file. Both through a session inside the process: no port is opened.
 */
import type { Session } from 'node:inspector';

/** A `.heapprofile`: tree of call frames with the bytes that are alive of what each allocated. */
export interface HeapProfile {
  readonly head: object;
  readonly samples?: readonly object[];
}

interface ScriptParsed {
  readonly url: string;
  readonly sourceMapURL?: string;
}

function openSession(): Session {
  // Loaded at first use: it takes a few ms that a short program need not spend.
  const inspector = process.getBuiltinModule('node:inspector');
  const session = new inspector.Session();
  session.connect();
  return session;
}

/** Calls one method; sessions inside the process answer before `post` returns. */
function ask(session: Session, method: string, params: object = {}): unknown {
  let failure: Error | null = null;
  let answer: unknown;
  session.post(method, params, (error, result) => {
    failure = error;
    answer = result;
  });
  if (failure !== null) throw failure as Error;
  return answer;
}

/**
 * V8's sampling heap profiler for this thread.
 *
 * **Cost:** at an interval of 512 KiB none that can be measured. While it runs, each console call costs about 2 us
 * more, and the inspector keeps the arguments of the last 1,000: call {@link releaseConsole} now and then.
 */
export class PlimsollProbeProfiler {
  readonly #session: Session;

  /**
   * Starts sampling.
   *
   * @param intervalBytes - mean distance between samples, bytes
   * @throws when the runtime has no inspector or the profiler is in use
   */
  constructor(intervalBytes: number) {
    this.#session = openSession();
    try {
      ask(this.#session, 'HeapProfiler.startSampling', { samplingInterval: intervalBytes });
    } catch (error) {
      this.#session.disconnect();
      throw error;
    }
  }

  /** What is alive now, by the stack that allocated it. **Cost:** some ms. */
  read(): HeapProfile {
    const { profile } = ask(this.#session, 'HeapProfiler.getSamplingProfile') as { profile: HeapProfile };
    return profile;
  }

  /** Ends sampling and lets go of the inspector. */
  stop(): void {
    this.#session.disconnect();
  }

  /** Lets go of console arguments, which would look like a leak of the program's. **Cost:** microseconds. */
  releaseConsole(): void {
    ask(this.#session, 'Runtime.discardConsoleEntries');
  }
}

/** The JSON inside a `data:` URL; `null` when it is something else. */
export function decodeDataUrl(url: string): unknown {
  const match = /^data:[^,]*?(;base64)?,/.exec(url);
  if (match === null) return null;
  const body = url.slice(match[0].length);
  try {
    const text = match[1] === undefined ? decodeURIComponent(body) : Buffer.from(body, 'base64').toString('utf8');
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Source maps that scripts of this thread carry inside themselves, by the script's URL: what TypeScript loaders make.
 *
 * **Cost:** 1-2 ms per thousand scripts, and the decoding of the maps.
 */
export function collectScriptMaps(): Record<string, unknown> {
  const maps: Record<string, unknown> = {};
  const session = openSession();
  try {
    session.on('Debugger.scriptParsed', (message: { params: ScriptParsed }) => {
      const { url, sourceMapURL } = message.params;
      if (sourceMapURL === undefined || !sourceMapURL.startsWith('data:')) return;
      const map = decodeDataUrl(sourceMapURL);
      if (map !== null) maps[url] = map;
    });
    ask(session, 'Debugger.enable');
    ask(session, 'Debugger.disable');
  } finally {
    session.disconnect();
  }
  return maps;
}
