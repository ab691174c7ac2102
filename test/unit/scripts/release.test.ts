/** What a checkout must be before it is published. */
import { describe, expect, test } from 'vitest';
import { publishArguments, releaseProblems } from '../../../scripts/release.mjs';

const READY = {
  pkg: { version: '1.2.3', repository: { url: 'git+ssh://git@forge.example/plimsoll.git' } },
  lock: { version: '1.2.3', packages: { '': { version: '1.2.3' } } },
  changelog: '# Changelog\n\n## Unreleased\n\n## 1.2.3 (2026-12-01)\n\n- new: all of it.\n',
  status: '',
  tags: ['v1.2.3'],
  env: { CI: 'true' } as Record<string, string | undefined>,
  isPublishing: true,
};

describe('a checkout', () => {
  test('that is in order may be released', () => {
    expect(releaseProblems(READY)).toEqual([]);
    const candidate = {
      ...READY,
      pkg: { ...READY.pkg, version: '1.2.3-rc.1' },
      lock: { version: '1.2.3-rc.1', packages: { '': { version: '1.2.3-rc.1' } } },
      changelog: '## 1.2.3-rc.1 (2026-12-01)\n',
      tags: ['v1.2.3-rc.1'],
    };
    expect(releaseProblems(candidate)).toEqual([]);
  });

  test.each([
    [{ status: ' M src/index.ts' }, /has changes/],
    [{ changelog: '## 1.2.2 (2026-11-01)\n' }, /no heading/],
    [{ changelog: '## 1.2.3 (soon)\n' }, /dates 1\.2\.3 with soon/],
    [{ changelog: '## Unreleased\n\n- new: more.\n\n## 1.2.3 (2026-12-01)\n' }, /Unreleased/],
    [{ lock: { version: '1.2.2', packages: { '': { version: '1.2.2' } } } }, /package-lock\.json says 1\.2\.2/],
    [{ pkg: { ...READY.pkg, version: '1.2' } }, /neither/],
    [{ pkg: { ...READY.pkg, private: true } }, /private/],
    [{ pkg: { version: '1.2.3' } }, /no repository/],
    [{ tags: [''] }, /no tag v1\.2\.3/],
    [{ env: {} }, /for CI/],
  ])('%j is not', (change, problem) => {
    expect(releaseProblems({ ...READY, ...change }).join('\n')).toMatch(problem);
  });

  test('is looked at without a tag, a CI and a repository', () => {
    const look = { ...READY, isPublishing: false, tags: [], env: {}, pkg: { version: '1.2.3' } };
    expect(releaseProblems(look)).toEqual([]);
  });
});

test('a candidate is not what everybody gets, and nothing is published unless asked for', () => {
  expect(publishArguments('1.2.3', true)).toEqual(['publish', '--provenance', '--access', 'public', '--tag', 'latest']);
  expect(publishArguments('1.2.3-rc.1', false).slice(-3)).toEqual(['--tag', 'next', '--dry-run']);
});
