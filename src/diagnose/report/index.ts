/** What a watch ends in, and how it reads as text. */
export {
  type AcceptedLeak,
  addToBaseline,
  againstBaseline,
  isDay,
  isExpired,
  readBaseline,
  today,
} from './accepted.ts';
export { pictureAllocations, pictureHeap } from './picture.ts';
export { acceptedText, reportText, type ReportTextOptions, suspectTexts } from './report-text.ts';
export {
  type AllocationFrame,
  type LeakReport,
  type ReportedProcess,
  type ReportedRound,
  type ReportedSite,
  type ReportedSuspect,
  type Verdict,
  VERDICTS,
} from './report.ts';
export { shownArguments } from './shown-arguments.ts';
export { printable, sparkline } from './text-layout.ts';
