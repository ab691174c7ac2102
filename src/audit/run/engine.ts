/** The linters that can run the rules, found where the audited project has them. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { AuditError } from '../../base/errors.ts';
import type { LeftOut, RawFinding } from '../finding.ts';

export type EngineName = 'oxlint' | 'eslint';

/** What an engine made of some files. */
export interface Batch {
  readonly findings: readonly RawFinding[];
  readonly leftOut: readonly LeftOut[];
}

/** Runs some of our rules over files. */
export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  run(files: readonly string[], rules: readonly string[]): Promise<Batch>;
}

/** Where an engine is, and which. */
export interface Found {
  readonly name: EngineName;
  readonly version: string;
  /** The folder of its package. */
  readonly folder: string;
  /** Loads modules as the project would. */
  readonly load: NodeJS.Require;
}

/** First releases that run the rules as they are. */
const OLDEST: Readonly<Record<EngineName, readonly [major: number, minor: number]>> = {
  oxlint: [1, 80],
  eslint: [9, 0],
};

/**
 * Finds an engine of the project at `cwd`: oxlint, else ESLint, or the one that is asked for.
 *
 * @throws {@link AuditError} `PLIM_ERR_AUDIT_ENGINE` when there is none, or only one that is too old.
 */
export function findEngine(cwd: string, wanted: EngineName | 'auto'): Found {
  const names: readonly EngineName[] = wanted === 'auto' ? ['oxlint', 'eslint'] : [wanted];
  const found = names.flatMap((name) => findPackage(cwd, name) ?? []);
  const fit = found.find(({ name, version }) => isNewEnough(name, version));
  if (fit !== undefined) return fit;
  const old = found.map(({ name, version }) => `${name} ${version} is too old`).join(', ');
  const what = wanted === 'auto' ? 'oxlint or ESLint' : wanted;
  const install = `npm install --save-dev ${wanted === 'auto' ? 'oxlint' : wanted}`;
  throw new AuditError(
    'PLIM_ERR_AUDIT_ENGINE',
    `The audit needs ${what} in the project${old === '' ? '' : ` (${old})`}: run ${install}.`,
  );
}

function findPackage(cwd: string, name: EngineName): Found | undefined {
  const load = createRequire(path.join(cwd, 'package.json'));
  try {
    const manifest = load.resolve(`${name}/package.json`);
    const { version } = load(manifest) as { readonly version: string };
    return { name, version, folder: path.dirname(manifest), load };
  } catch {
    return undefined;
  }
}

function isNewEnough(name: EngineName, version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST[name];
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
