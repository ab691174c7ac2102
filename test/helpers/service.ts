/**
 * Whether the tests of a service must be left out, for `describe.skipIf(serviceOrSkip('redis-server', isThere))`: says
 * why where it is missing. In CI, where every service is to be there, a missing one is an error.
 */
export function serviceOrSkip(name: string, available: boolean, env: NodeJS.ProcessEnv = process.env): boolean {
  if (available) return false;
  if (env['CI'] === 'true') throw new Error(`${name} is missing, and in CI its tests must run`);
  console.warn(`skipped: ${name} is missing`);
  return true;
}
