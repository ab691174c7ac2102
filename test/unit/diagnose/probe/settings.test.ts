import { expect, test } from 'vitest';
import { readSettings } from '../../../../src/diagnose/probe/settings.ts';

test('settings are read as the watcher writes them', () => {
  const settings = { intervalMs: 200, maxPauseMs: 10_000, outDir: '/out', snapshots: true };
  expect(readSettings(JSON.stringify(settings))).toEqual(settings);
  const { intervalMs: _, ...adaptive } = settings;
  expect(readSettings(JSON.stringify(adaptive))).toEqual(adaptive);
});

test.each([[undefined], [''], ['{'], ['null'], ['[]'], ['{"maxPauseMs":"1","outDir":"/out","snapshots":true}']])(
  'rubbish (%j) never leads to a snapshot or a file',
  (text) => {
    expect(readSettings(text)).toEqual({ maxPauseMs: 0, outDir: '', snapshots: false });
  },
);

test('a spacing that is none is left out', () => {
  const text = JSON.stringify({ intervalMs: 0, maxPauseMs: 1, outDir: '/out', snapshots: true });
  expect(readSettings(text)).not.toHaveProperty('intervalMs');
});
