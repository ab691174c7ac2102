/** Bounds of the page: a report of any program stays one that can be passed on. */
import type { AllocationFrame, LeakReport } from '../../../diagnose/report/index.ts';
import type { HeapBox } from '../../../snapshot/index.ts';

/** Characters of a name; a class may be called by a text of a thousand. */
const LONGEST_NAME = 160;
const LONGEST_TEXT = 2_000;
const MOST_FLOORS = 2_000;
const MOST_ARGUMENTS = 100;

/** The report with its long names cut, its series thinned. */
export function clippedReport(report: LeakReport): LeakReport {
  const { heap, allocations, environment } = report;
  return {
    ...report,
    explanation: cut(report.explanation, LONGEST_TEXT),
    suspects: report.suspects.map((suspect) => ({
      ...suspect,
      sentence: cut(suspect.sentence, LONGEST_TEXT),
      path: suspect.path.map((hop) => cut(hop, LONGEST_NAME)),
    })),
    series: thinned(report.series, MOST_FLOORS),
    environment: {
      ...environment,
      argv: environment.argv.slice(0, MOST_ARGUMENTS).map((word) => cut(word, LONGEST_NAME)),
    },
    ...(heap === undefined
      ? {}
      : {
          heap: {
            ...heap,
            classes: heap.classes.map((row) => ({ ...row, name: cut(row.name, LONGEST_NAME) })),
            tree: clippedBox(heap.tree),
          },
        }),
    ...(allocations === undefined ? {} : { allocations: clippedFrame(allocations) }),
  };
}

function clippedBox(box: HeapBox): HeapBox {
  return { ...box, name: cut(box.name, LONGEST_NAME), children: box.children.map(clippedBox) };
}

function clippedFrame(frame: AllocationFrame): AllocationFrame {
  return {
    ...frame,
    function: cut(frame.function, LONGEST_NAME),
    file: cut(frame.file, LONGEST_NAME),
    children: frame.children.map(clippedFrame),
  };
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

/** Every so many, the last always. */
function thinned<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]!);
}
