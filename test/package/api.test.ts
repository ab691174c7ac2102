/** The public API is what was reviewed: the committed reports in api/ are those of the build. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { API_FOLDER, reportFileOf, writeReport } from '../../scripts/api.mjs';
import { ENTRIES } from '../../scripts/entries.mjs';

const fresh = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-api-'));
afterAll(() => fs.rmSync(fresh, { recursive: true, force: true }));

test.each(ENTRIES)('$name is as in its report; `npm run api` refreshes it', (entry) => {
  expect(writeReport(entry, fresh)).toEqual([]);
  const report = fs.readFileSync(path.join(fresh, reportFileOf(entry)), 'utf8');
  const committed = path.join(API_FOLDER, reportFileOf(entry));
  expect(report).toBe(fs.existsSync(committed) ? fs.readFileSync(committed, 'utf8') : 'no report is committed');
});
