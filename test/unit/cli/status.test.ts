import { expect, test } from 'vitest';
import { FileError, OptionsError, ProgramError } from '../../../src/base/errors.ts';
import { statusOfEnd } from '../../../src/cli/run/child.ts';
import { errorLine, statusOf } from '../../../src/cli/status.ts';

test('one line with the code, whatever the message holds', () => {
  const error = new OptionsError('PLIM_ERR_OPTION_INVALID', 'Wanted a,\n   got b.\n');
  expect(errorLine(error)).toBe('plimsoll: Wanted a, got b. (PLIM_ERR_OPTION_INVALID)');
  expect(errorLine(new Error('plain'))).toBe('plimsoll: plain');
  expect(errorLine('thrown text')).toBe('plimsoll: thrown text');
});

test('statuses by what went wrong', () => {
  expect(statusOf(new OptionsError('PLIM_ERR_OPTION_UNKNOWN', ''))).toBe(2);
  expect(statusOf(new FileError('PLIM_ERR_FILE_UNWRITABLE', ''))).toBe(2);
  expect(statusOf(new ProgramError('PLIM_ERR_PROGRAM_START', ''))).toBe(126);
  expect(statusOf(new ProgramError('PLIM_ERR_PROGRAM_MISSING', ''))).toBe(127);
  expect(statusOf(new TypeError('ours'))).toBe(1);
});

test('a program’s end as a shell shows it', () => {
  expect(statusOfEnd({ status: 7, signal: null })).toBe(7);
  expect(statusOfEnd({ status: null, signal: 'SIGKILL' })).toBe(137);
});
