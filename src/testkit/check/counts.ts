/** Suspects where only counts of live objects by type are to be had. Pure. */
import { createHash } from 'node:crypto';
import { formatCount } from '../../base/units.ts';
import type { ReportedSuspect } from '../../diagnose/report/index.ts';
import { multipleOf } from './accuse.ts';

const MOST_SUSPECTS = 3;
/** Types by which an engine keeps house; one of them alone says nothing of the program. */
const ENGINE =
  /^(?:Structure|PropertyTable|.*Executable|.*CodeBlock|.*Cell|JSLexicalEnvironment|Butterfly|SymbolTable)$/;

/** Types whose number grew by a multiple of the calls, those of the program first, then the most numerous. */
export function suspectsByCount(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  work: { readonly name: string; readonly calls: number; readonly rounds: number },
): ReportedSuspect[] {
  const { name, calls, rounds } = work;
  const grown = [...after]
    .map(([type, total]) => ({ type, total, count: total - (before.get(type) ?? 0) }))
    .filter(({ type, count }) => !ENGINE.test(type) && multipleOf(count, calls) !== null);
  return grown
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_SUSPECTS)
    .map((one) => suspectOf(one, name, rounds));
}

function suspectOf(
  { type, count, total }: { type: string; count: number; total: number },
  name: string,
  rounds: number,
): ReportedSuspect {
  const perRound = formatCount(count / rounds);
  return {
    kind: 'leak',
    sentence: `${formatCount(total)} ${type} are alive, +${perRound} a round; this runtime does not tell who holds them.`,
    advice: 'Run the same test on Node.js: there the owner and the path to it are named.',
    holder: '',
    leaked: type,
    owner: '',
    file: null,
    line: null,
    count,
    total,
    perMinute: 0,
    bytes: 0,
    bytesPerMinute: 0,
    steps: [],
    allocatedIn: null,
    path: [],
    fingerprint: createHash('sha256').update(`count\n${name}\n${type}`).digest('hex').slice(0, 16),
  };
}
