import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFigures } from '../../../bench/page/figures.mjs';
import { goals } from '../../../bench/page/goals.mjs';
import { judge, makePage } from '../../../bench/page/page.mjs';
import { withTempDir } from '../../helpers/temp-dir.ts';

const spread = (median: number) => ({ median, min: median - 1, max: median + 1 });

describe('judging a goal', () => {
  const goal = { digits: 1, unit: 'ms', measured: (figures: Record<string, number | undefined>) => figures['set'] };

  it.each([
    [{ atMost: 5 }, 4.2, { wanted: '<= 5.0 ms', shown: '4.2 ms', verdict: 'reached' }],
    [{ atMost: 5 }, 5.5, { wanted: '<= 5.0 ms', shown: '5.5 ms', verdict: 'missed by 0.5 ms' }],
    [{ atLeast: 5 }, 5, { wanted: '>= 5.0 ms', shown: '5.0 ms', verdict: 'reached' }],
    [{ atLeast: 5 }, 4, { wanted: '>= 5.0 ms', shown: '4.0 ms', verdict: 'missed by 1.0 ms' }],
    [{ atLeast: 5 }, undefined, { wanted: '>= 5.0 ms', shown: '', verdict: 'not measured' }],
  ])('%j, measured %s', (bound, measured, expected) => {
    expect(judge({ ...goal, ...bound }, { set: measured })).toEqual(expected);
  });

  it('needs no area to be there', () => {
    for (const each of goals) expect(judge(each, {}).verdict).toBe('not measured');
  });
});

describe('figures without a report of their own', () => {
  it('become tables and lists', () => {
    const figures = {
      total: 3,
      times: spread(20),
      rows: [
        { name: 'a', ms: 1.234 },
        { name: 'b', ms: spread(5) },
      ],
      none: [],
    };
    expect(formatFigures(figures)).toBe(
      [
        '  total                 3',
        '  times  20.0 (19.0-21.0)',
        '',
        'rows',
        '  name                ms',
        '  a                 1.23',
        '  b     5.00 (4.00-6.00)',
      ].join('\n'),
    );
  });
});

describe('the page', () => {
  it('shows goals, machine and figures of every area that has results', () =>
    withTempDir(async (folder) => {
      const cache = {
        cache: 'plimsoll',
        emptyBytes: spread(900),
        filled: spread(30),
        churned: spread(37),
        clearedBytes: spread(0),
        size: spread(1_000_000),
      };
      const result = {
        area: 'memory',
        date: '2026-01-02T00:00:00.000Z',
        machine: { node: 'v20', v8: '11', cpu: 'some', cores: 2, memoryMb: 2048, commit: 'abc', platform: 'linux x64' },
        load: { before: [1, 1, 1], after: [2, 2, 2] },
        options: { entries: [1_000_000] },
        figures: [{ entries: 1_000_000, caches: [cache] }],
      };
      fs.writeFileSync(path.join(folder, 'memory.json'), JSON.stringify(result));
      const page = await makePage(folder);
      expect(page).toContain('| bytes per entry after churn, 1 M | <= 36.0 | 37.0 | missed by 1.0 |');
      expect(page).toContain('| an empty cache with room for 1 M | <= 4000 B | 900 B | reached |');
      expect(page).not.toContain('undefined');
      expect(page).toContain('at abc on some, 2 cores, 2 GiB');
      expect(page).toContain('Room for 1000000 entries');
    }));

  it('in docs is what `node bench/page/write.mjs` makes of the results', async () => {
    expect(fs.readFileSync('docs/performance.md', 'utf8')).toBe(await makePage());
  });
});
