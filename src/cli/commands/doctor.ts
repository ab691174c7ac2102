import type { Command } from 'commander';
import { readInteger } from '../../base/options.ts';
import { factsHere, factsOf } from '../doctor/facts.ts';
import { findingsOf } from '../doctor/findings.ts';
import { doctorText } from '../doctor/text.ts';
import { printResult } from '../snapshot/print.ts';
import { STATUS } from '../status.ts';

const MAX_PID = 2 ** 22;

const EXAMPLES = `
Examples:
  plimsoll doctor                                        what a program started here will meet
  NODE_OPTIONS=--max-old-space-size=768 plimsoll doctor  the same with these options
  docker exec web npx plimsoll doctor --pid 1            a running process, from outside (Linux)

Ends with status 3 when there is something to mend.`;

interface RawOptions {
  readonly json?: boolean;
  readonly pid?: string;
}

/** Adds `plimsoll doctor` to the command line. */
export function registerDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .summary('say what machine, container and Node.js will do to a program, and what to mend')
    .description('Compares the limits of heap, container and machine, and says what to mend before it happens.')
    .option('--json', 'print one JSON document instead of text')
    .option('--pid <pid>', 'look at this running process')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, pid }: RawOptions) => {
      const facts = pid === undefined ? await factsHere() : factsOf(readInteger('--pid', pid, 1, MAX_PID));
      const findings = findingsOf(facts);
      const { environment: _secrets, ...shown } = facts;
      await printResult(json === true ? JSON.stringify({ ...shown, findings }, null, 2) : doctorText(facts, findings));
      if (findings.some(({ level }) => level !== 'ok')) process.exitCode = STATUS.leak;
    });
}
