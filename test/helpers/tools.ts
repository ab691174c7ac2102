import { installTools } from '../../scripts/lib/tools.mjs';

/** Installs what programs under test are built with, before tests run side by side. */
export default function setup(): void {
  for (const folder of ['test/peers', 'test/consumers', 'test/runtimes']) {
    const problem = installTools(folder);
    if (problem !== undefined) console.warn(problem);
  }
}
