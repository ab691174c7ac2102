import { afterEach } from 'vitest';
import type { StartedProgram } from './program.ts';

/** A list of programs of a test file: what is on it after a test is killed and waited for. */
export function endedAfterEach(): StartedProgram[] {
  const started: StartedProgram[] = [];
  afterEach(async () => {
    await Promise.all(
      started.splice(0).map((program) => {
        program.child.kill('SIGKILL');
        return program.ended;
      }),
    );
  });
  return started;
}
