import type { Command } from 'commander';
import { OptionsError } from '../../base/errors.ts';
import { addReportOptions } from '../report/options.ts';
import { addWatchOptions, type RawRunOptions, readRunOptions } from '../run/options.ts';
import { programOfCommand, programOfFile } from '../run/program.ts';
import { runProgram } from '../run/run.ts';

const EXAMPLES = `
Examples:
  plimsoll run app.js --port 8080               watch until Ctrl-C or the program ends
  plimsoll run --duration 5m --report leak.html server.mjs
  plimsoll run --fail-on leak --drive "npx autocannon -d 5 localhost:8080" app.js
  plimsoll run --dashboard app.js               and look at it in a browser
  plimsoll run -- npm run serve                 any command that starts Node.js
  plimsoll run -- node --import tsx app.ts      TypeScript

Options stand before the program; all that follows it is its own. Everything Plimsoll says goes to standard error.
Heap snapshots hold the program's data, secrets too. Without --out they live in a private temporary folder that is
removed at the end; with it they stay in DIR, beside report.json and report.html. Reports hold no text of the program
unless --show-strings is given.`;

/** Adds `plimsoll run` to the command line. */
export function registerRunCommand(program: Command): void {
  const run = program
    .command('run')
    .usage('[options] app.js [args]\n       plimsoll run [options] -- COMMAND [args]')
    .summary('watch a program and name what leaks')
    .description('Runs a program unmodified, watches its memory and ends in a verdict that names what leaks.')
    .argument('<program...>', 'a JavaScript file and its arguments, or a command after --');
  addWatchOptions(run, 'program', 'end the program after so long: 30s, 5m, 2h (default: never)');
  run.option('--near-limit', 'have V8 write a snapshot when the heap is about to reach its limit');
  addReportOptions(run)
    .addHelpText('after', EXAMPLES)
    .passThroughOptions()
    .action(async (words: string[], raw: RawRunOptions, command: Command) => {
      const options = readRunOptions(raw);
      if (words[0] === undefined || words[0] === '') {
        throw new OptionsError('PLIM_ERR_OPTION_INVALID', 'Expected a program to run, got an empty name.');
      }
      const target = isAfterDashes(words, command) ? programOfCommand(words, process.env) : programOfFile(words);
      process.exitCode = await runProgram(target, options);
    });
}

/** Whether `--` stood before the program: commander takes it away. */
function isAfterDashes(words: readonly string[], command: Command): boolean {
  const typed = (command.parent as (Command & { readonly rawArgs: readonly string[] }) | null)?.rawArgs ?? [];
  return typed.at(-words.length - 1) === '--';
}
