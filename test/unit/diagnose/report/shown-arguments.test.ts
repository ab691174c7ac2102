import { expect, test } from 'vitest';
import { shownArguments } from '../../../../src/diagnose/report/shown-arguments.ts';

test.each([
  [
    ['node', 'app.mjs', '--port=80'],
    ['node', 'app.mjs', '--port=80'],
  ],
  [['--api-token=abc'], ['--api-token=***']],
  [
    ['--password', 'abc', 'x'],
    ['--password', '***', 'x'],
  ],
  [
    ['--auth', '--verbose'],
    ['--auth', '--verbose'],
  ],
  [['--db=postgres://ann:pw@db/x'], ['--db=postgres://***@db/x']],
  [['https://ann@example.org/a@b'], ['https://***@example.org/a@b']],
])('%j is shown as %j', (argv, shown) => {
  expect(shownArguments(argv)).toEqual(shown);
});
