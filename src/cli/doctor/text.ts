import { formatBytes, formatCount } from '../../base/units.ts';
import type { Facts } from './facts.ts';
import type { DoctorFinding } from './findings.ts';

const WIDTH = 100;

/** Facts and findings for a person. */
export function doctorText(facts: Facts, findings: readonly DoctorFinding[]): string {
  const rows = factRows(facts);
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.flatMap(([name, text]) =>
    wrap(text, WIDTH - width - 4).map((line, i) => `  ${(i === 0 ? name : '').padEnd(width)}  ${line}`),
  );
  const said = findings.flatMap((finding) => ['', ...findingLines(finding)]);
  const wrong = findings.filter(({ level }) => level !== 'ok').length;
  const end = wrong === 0 ? 'Nothing to mend.' : `${formatCount(wrong)} ${wrong === 1 ? 'thing' : 'things'} to mend.`;
  return [titleOf(facts), ...lines, ...said, '', end].join('\n');
}

function titleOf({ pid }: Facts): string {
  return pid === null ? 'A Node.js program that is started here:' : `Process ${pid}:`;
}

function factRows(facts: Facts): [string, string][] {
  const { container, heapFloorLimitBytes, heapLimitBytes, isHeapChosen, rssBytes, pressure, abilities } = facts;
  const rows: [string, string][] = [
    ['runtime', facts.v8 === '' ? facts.runtime : `${facts.runtime}, V8 ${facts.v8}`],
    [
      'machine',
      `${facts.platform}, ${facts.cores} cores, ${formatBytes(facts.machineBytes)}, ${formatBytes(facts.machineFreeBytes)} free`,
    ],
    ['container', containerText(container)],
  ];
  if (heapFloorLimitBytes !== null) {
    const whole = heapLimitBytes === null ? '' : `; ${formatBytes(heapLimitBytes)} with the young generation`;
    const by = isHeapChosen ? 'as set' : "by Node.js's own choice";
    rows.push(['heap', `${formatBytes(heapFloorLimitBytes)} may be left after a collection, ${by}${whole}`]);
  }
  if (rssBytes !== null) rows.push(['resident', formatBytes(rssBytes)]);
  if (pressure !== null)
    rows.push(['pressure', `${(pressure.some10 * 100).toFixed(1)} % of the last 10 s (${pressure.of})`]);
  if (abilities !== null) rows.push(['a monitor sees', abilityText(abilities)]);
  return rows;
}

function containerText(container: Facts['container']): string {
  if (container === null) return 'none that can be seen';
  const used = `${formatBytes(container.workingSetBytes)} in use`;
  return container.limitBytes === null ? `no limit, ${used}` : `${formatBytes(container.limitBytes)}, ${used}`;
}

function abilityText(abilities: NonNullable<Facts['abilities']>): string {
  const names: Readonly<Record<keyof typeof abilities, string>> = {
    collections: 'collections and floors',
    loopDelay: 'loop delay',
    nearLimitSnapshot: 'snapshots near the limit',
    workerHeaps: 'heaps of workers',
    pressure: 'memory pressure',
  };
  const entries = Object.entries(names) as [keyof typeof abilities, string][];
  const list = (has: boolean): string =>
    entries
      .filter(([key]) => abilities[key] === has)
      .map(([, name]) => name)
      .join(', ');
  const missing = list(false);
  return missing === '' ? list(true) : `${list(true)}; not: ${missing}`;
}

function findingLines({ level, message, advice }: DoctorFinding): string[] {
  const indent = ' '.repeat(12);
  const head = wrap(message, WIDTH - indent.length);
  const lines = head.map((line, i) => `${i === 0 ? `  ${level.padEnd(10)}` : indent}${line}`);
  const todo = advice === null ? [] : wrap(`-> ${advice}`, WIDTH - indent.length).map((line) => indent + line);
  return [...lines, ...todo];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
