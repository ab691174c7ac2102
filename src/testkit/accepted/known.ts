/** Leaks that are not the work's own: of third parties, told by whoever knows them, and of the test runners. */
import { invalidOption } from '../../base/options.ts';
import type { Leak } from '../check/result.ts';

/** A leak to be ignored. Every pattern that is given must fit; at least one is needed. */
export interface KnownLeak {
  /** Why it is ignored; stands in the result. */
  readonly reason: string;
  /** Part of a hop of the retaining path, or a pattern for one. */
  readonly path?: string | RegExp;
  /** Part of the holder's file, such as `node_modules/some-package/`, or a pattern for it. */
  readonly file?: string | RegExp;
  /** Variable or property of the holder, or a pattern for it. */
  readonly owner?: string | RegExp;
  /** Class of what piles up, or a pattern for it. */
  readonly leaked?: string | RegExp;
}

const PATTERNS = ['path', 'file', 'owner', 'leaked'] as const;

/** @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function readKnown(name: string, value: readonly KnownLeak[]): readonly KnownLeak[] {
  if (!Array.isArray(value)) throw invalidOption(name, 'a list of known leaks', value);
  return value.map((known: KnownLeak, i) => {
    if (typeof known !== 'object' || known === null) throw invalidOption(`${name}[${i}]`, 'an object', known);
    if (typeof known.reason !== 'string' || known.reason === '') {
      throw invalidOption(`${name}[${i}].reason`, 'a text that is not empty', known.reason);
    }
    if (PATTERNS.every((pattern) => known[pattern] === undefined)) {
      throw invalidOption(`${name}[${i}]`, `an object with one of ${PATTERNS.join(', ')}`, known);
    }
    for (const pattern of PATTERNS) {
      const given: unknown = known[pattern];
      if (given !== undefined && typeof given !== 'string' && !isPattern(given)) {
        throw invalidOption(`${name}[${i}].${pattern}`, 'a text or a regular expression', given);
      }
    }
    return known;
  });
}

/** Runners hand over patterns of another realm. */
function isPattern(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === '[object RegExp]';
}

export function isKnown(leak: Leak, known: KnownLeak): boolean {
  return PATTERNS.every((pattern) => {
    const wanted = known[pattern];
    return wanted === undefined || textsOf(leak, pattern).some((text) => fits(text, wanted));
  });
}

function textsOf(leak: Leak, pattern: (typeof PATTERNS)[number]): readonly string[] {
  if (pattern === 'path') return leak.path;
  return [leak[pattern] ?? ''];
}

function fits(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text.includes(wanted) : new RegExp(wanted.source, wanted.flags).test(text);
}

/** What runners keep of a test until it ends. */
export const RUNNERS: readonly KnownLeak[] = [
  {
    reason: 'The test runner keeps what was written to the console until the test ends.',
    owner: /(?:^|\.)console\._(?:buffer|logs)|BufferedConsole|ConsoleStorage/,
  },
  {
    reason: 'A mock function keeps its calls until the test ends or clears them.',
    path: /\bmock(?:State|Config|Registry)?\b|MockFunctionContext|node_modules\/(?:jest-mock|@vitest\/spy|tinyspy)\//i,
    owner: /\b(?:calls|results|contexts|instances|invocationCallOrder|settledResults|mock|state)\b/,
  },
  {
    reason: 'The holder is the test runner itself.',
    file: /(?:^|\/)node_modules\/(?:vitest|@vitest|vite-node|tinyspy|birpc|jest|jest-[\w-]+|@jest|chai)\//,
  },
];
