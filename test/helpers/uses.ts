/** The programs in `test/uses`, one an entry, that use the package as its users do. */
import esbuild from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';

const USES = 'test/uses';

/** Compiles every program into `folder`, as `.mjs` and as `.cjs`; what they import stays outside. */
export function compileUses(folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  for (const name of fs.readdirSync(USES)) {
    const source = fs.readFileSync(path.join(USES, name), 'utf8');
    for (const [format, ending] of [
      ['esm', 'mjs'],
      ['cjs', 'cjs'],
    ] as const) {
      const { code } = esbuild.transformSync(source, { loader: 'ts', format, target: 'es2022' });
      fs.writeFileSync(path.join(folder, name.replace(/ts$/, ending)), code);
    }
  }
}
