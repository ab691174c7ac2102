import { installTools } from '../../scripts/lib/tools.mjs';

/** Installs the packages that some tests hold ours against; those tests say so where it cannot be done. */
export default function setup(): void {
  const problem = installTools('test/peers');
  if (problem !== undefined) console.warn(problem);
}
