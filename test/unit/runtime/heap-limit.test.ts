import { expect, test } from 'vitest';
import { survivorLimit } from '../../../src/runtime/heap-limit.ts';

const MIB = 1024 * 1024;

// `heap_size_limit` and the old generation's share of it as Node.js has them.
test.each([
  [['--max-old-space-size=100'], '11.3.244', 148, 100],
  [['--max_old_space_size=1000'], '13.6.233', 1192, 1000],
  [['--max-old-space-size', '100', '--max-old-space-size=200'], '12.4', 248, 200],
  [['--max-semi-space-size=2'], '11.3', 106, 100],
  [[], '11.3', 4144, 4096],
  [[], '12.4', 524, 512],
  [[], '13.6', 4288, 4096],
  [[], '13.6', 560, 512],
  [[], '14.2', 4192, 4096],
  [[], '14.2', 536, 512],
  [[], '99.0', 2144, 2048],
  [['--max-old-space-size=0', '--title=x'], '11.3', 2096, 2048],
])('%j with V8 %s: of %d MiB %d may survive', (options, version, whole, old) => {
  expect(survivorLimit(whole * MIB, options, version, 0) / MIB).toBeCloseTo(old, 0);
});

test('options as Node.js reads them: in quotes too', () => {
  const before = process.env['NODE_OPTIONS'];
  try {
    process.env['NODE_OPTIONS'] = '"--title=a b" "--max-old-space-size=100"';
    expect(survivorLimit(148 * MIB, undefined, '11.3', 0)).toBe(100 * MIB);
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
  }
});
