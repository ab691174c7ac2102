/** The forms in which a report can be written; the ending of the file's name says which. */
import path from 'node:path';
import { invalidOption } from '../../base/options.ts';
import { type LeakReport, reportText } from '../../diagnose/report/index.ts';
import { htmlReport } from './html/page.ts';
import { jsonReport } from './json.ts';
import { markdownReport } from './markdown.ts';

export type ReportFormat = 'text' | 'json' | 'markdown' | 'html';

const TEXT_WIDTH = 100;

const BY_ENDING: ReadonlyMap<string, ReportFormat> = new Map([
  ['.txt', 'text'],
  ['.json', 'json'],
  ['.md', 'markdown'],
  ['.html', 'html'],
  ['.htm', 'html'],
]);

const WRITERS: Readonly<Record<ReportFormat, (report: LeakReport) => string>> = {
  text: (report) => `${reportText(report, { width: TEXT_WIDTH })}\n`,
  json: jsonReport,
  markdown: markdownReport,
  html: htmlReport,
};

/** The report in one form, with a newline at its end. */
export function writeReport(report: LeakReport, format: ReportFormat): string {
  return WRITERS[format](report);
}

/** Which form the name of a file asks for. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function formatOfFile(option: string, file: string): ReportFormat {
  const format = BY_ENDING.get(path.extname(file).toLowerCase());
  if (format === undefined) throw invalidOption(option, 'a file that ends in .txt, .json, .md or .html', file);
  return format;
}
