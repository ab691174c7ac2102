import { describe, expect, test } from 'vitest';
import { audit } from '../../../../src/audit/index.ts';
import { findEngine } from '../../../../src/audit/run/engine.ts';
import { isPlimsollError, messageOf } from '../../../../src/base/errors.ts';
import { withTempDir, writeTree } from '../../../helpers/temp-dir.ts';

type Wanted = Parameters<typeof findEngine>[1];

/** The engine of a project with these packages, or the message that says what is missing. */
function engine(packages: Record<string, string>, wanted: Wanted = 'auto'): string {
  return withTempDir((dir) => {
    const manifests = Object.entries(packages).map(([name, version]) => [
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version }),
    ]);
    writeTree(dir, { 'package.json': '{}', ...(Object.fromEntries(manifests) as Record<string, string>) });
    try {
      const { name, version } = findEngine(dir, wanted);
      return `${name} ${version}`;
    } catch (error) {
      expect(isPlimsollError(error, 'PLIM_ERR_AUDIT_ENGINE')).toBe(true);
      return messageOf(error);
    }
  });
}

describe('findEngine', () => {
  test.each<[Record<string, string>, Wanted, string]>([
    [{ oxlint: '1.89.0', eslint: '10.0.0' }, 'auto', 'oxlint 1.89.0'],
    [{ eslint: '9.39.5' }, 'auto', 'eslint 9.39.5'],
    [{ oxlint: '1.20.0', eslint: '10.0.0' }, 'auto', 'eslint 10.0.0'],
    [{ oxlint: '1.89.0', eslint: '10.0.0' }, 'eslint', 'eslint 10.0.0'],
    [{}, 'auto', 'The audit needs oxlint or ESLint in the project: run npm install --save-dev oxlint.'],
    [{}, 'eslint', 'The audit needs eslint in the project: run npm install --save-dev eslint.'],
    [
      { eslint: '8.57.0' },
      'auto',
      'The audit needs oxlint or ESLint in the project (eslint 8.57.0 is too old): run npm install --save-dev oxlint.',
    ],
  ])('%j, %s: %s', (packages, wanted, result) => {
    expect(engine(packages, wanted)).toBe(result);
  });
});

describe('audit', () => {
  test.each([
    [{ engine: 'tslint' as never }, 'Expected `engine` to be one of auto, oxlint, eslint, got "tslint".'],
    [{ preset: 'all' as never }, 'Expected `preset` to be one of recommended, strict, got "all".'],
  ])('refuses %j', async (options, message) => {
    await expect(audit(['src'], options)).rejects.toMatchObject({ code: 'PLIM_ERR_OPTION_INVALID', message });
  });
});
