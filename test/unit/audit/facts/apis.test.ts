import { describe, expect, test } from 'vitest';
import { HANDLE_APIS, handleApis } from '../../../../src/audit/facts/apis.ts';
import { isPlimsollError } from '../../../../src/base/errors.ts';
import { lint } from '../../../helpers/audit-lint.ts';

const source = [
  "import { openLedger } from './ledger.js';",
  'export async function total() {',
  '  const ledger = await openLedger();',
  '  return ledger.entries.length;',
  '}',
].join('\n');

describe('settings.plimsoll.handles', () => {
  test('adds rows to the table', () => {
    const row = { call: 'openLedger', from: ['./ledger.js'], release: ['close'], what: 'ledger' };
    expect(handleApis({ handles: [row] })).toEqual([...HANDLE_APIS, row]);
    expect(lint(source)).toEqual([]);
    expect(lint(source, 'src/total.mjs', { plimsoll: { handles: [row] } })).toMatchObject([
      { rule: 'unreleased-handle', line: 3 },
    ]);
  });

  test.each([
    ['no list', { handles: 'open' }],
    ['no row', { handles: [null] }],
    ['no call', { handles: [{ release: ['close'] }] }],
    ['no release', { handles: [{ call: 'open' }] }],
    ['a release that is no list', { handles: [{ call: 'open', release: 'close' }] }],
    ['an empty list', { handles: [{ call: 'open', release: ['close'], from: [] }] }],
  ])('refuses %s', (_what, settings) => {
    let thrown: unknown;
    try {
      handleApis(settings);
    } catch (error) {
      thrown = error;
    }
    expect(isPlimsollError(thrown, 'PLIM_ERR_OPTION_INVALID')).toBe(true);
  });
});
