#!/usr/bin/env node
// `npm run api`: writes api/<entry>.api.md, every public name of an entry with its type, from the built declarations.
// The reports are committed, so that a change of the public API is seen in review.
import { ConsoleMessageId, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ENTRIES, fileNameOf } from './entries.mjs';
import { isMain } from './lib/main.mjs';
import { dist, root } from './lib/paths.mjs';

/** What the extractor says of every report written anew. @type {string} */
const REPORT_CREATED = ConsoleMessageId.ApiReportCreated;

/** Where the reports are. */
export const API_FOLDER = path.join(root, 'api');

/**
 * The report's file, in {@link API_FOLDER} and wherever else reports are written.
 *
 * @param {import('./entries.mjs').Entry} entry
 */
export function reportFileOf(entry) {
  return `${fileNameOf(entry)}.api.md`;
}

/**
 * Writes the report of one entry.
 *
 * @param {import('./entries.mjs').Entry} entry
 * @param {string} folder
 * @returns {string[]} What the extractor had to say against the declarations.
 */
export function writeReport(entry, folder) {
  const config = ExtractorConfig.prepare({
    configObject: configOf(entry, folder),
    configObjectFullPath: undefined,
    packageJsonFullPath: path.join(root, 'package.json'),
  });
  const problems = [];
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      const isProblem = message.logLevel === ExtractorLogLevel.Error || message.logLevel === ExtractorLogLevel.Warning;
      if (isProblem && message.messageId !== REPORT_CREATED) {
        problems.push(message.formatMessageWithLocation(root));
      }
      message.handled = true;
    },
  });
  return problems;
}

function configOf(entry, folder) {
  return {
    projectFolder: root,
    mainEntryPointFilePath: path.join(dist, `${entry.source}.d.ts`),
    compiler: {
      overrideTsconfig: { compilerOptions: COMPILER_OPTIONS, files: [path.join(dist, `${entry.source}.d.ts`)] },
    },
    apiReport: {
      enabled: true,
      reportFileName: reportFileOf(entry),
      reportFolder: folder,
      reportTempFolder: path.join(folder, '.new'),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: 'lf',
    messages: MESSAGES,
  };
}

const COMPILER_OPTIONS = {
  target: 'es2023',
  lib: ['es2023', 'esnext.disposable'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  types: ['node'],
  strict: true,
};

/**
 * The report is about names and types. A type that an entry shows but does not export stands in the report; release tags
 * are not used.
 */
const MESSAGES = {
  compilerMessageReporting: { default: { logLevel: 'error' } },
  extractorMessageReporting: {
    default: { logLevel: 'warning' },
    'ae-forgotten-export': { logLevel: 'warning', addToApiReportFile: true },
    'ae-missing-release-tag': { logLevel: 'none' },
    'ae-undocumented': { logLevel: 'none' },
    'ae-unresolved-link': { logLevel: 'none' },
  },
  tsdocMessageReporting: { default: { logLevel: 'none' } },
};

if (isMain(import.meta.url)) {
  // The old reports stay until all new ones are there.
  const fresh = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-api-'));
  process.once('exit', () => fs.rmSync(fresh, { recursive: true, force: true }));
  for (const entry of ENTRIES) {
    for (const problem of writeReport(entry, fresh)) console.error(problem);
    console.log(`api/${reportFileOf(entry)}`);
  }
  fs.rmSync(API_FOLDER, { recursive: true, force: true });
  fs.mkdirSync(API_FOLDER);
  for (const entry of ENTRIES)
    fs.copyFileSync(path.join(fresh, reportFileOf(entry)), path.join(API_FOLDER, reportFileOf(entry)));
}
