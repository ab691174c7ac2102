import fs from 'node:fs';

/** The version in the package's own `package.json`. */
export function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8')) as { readonly version: string };
  return manifest.version;
}
