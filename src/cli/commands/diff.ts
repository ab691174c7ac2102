import type { Command } from 'commander';
import { showDiff } from '../snapshot/diff-command.ts';
import { lookOfStderr, Terminal } from '../terminal.ts';

const EXAMPLES = `
Examples:
  plimsoll diff before.heapsnapshot after.heapsnapshot
  plimsoll diff 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot   tells a leak from a store that fills up
  plimsoll diff --json a.heapsnapshot b.heapsnapshot > growth.json

The snapshots must be of one process, under the same load and some minutes apart; any order will do. Of more than
three the first, the middle and the last are compared. Rates are taken from the files' modification times.`;

/** Adds `plimsoll diff` to the command line. */
export function registerDiffCommand(program: Command): void {
  program
    .command('diff')
    .usage('[options] <a> <b> [c...]')
    .summary('name what grew between heap snapshots of one process')
    .description('Compares heap snapshots of one process and names who holds what grew between them.')
    .argument('<files...>', 'two or more snapshots')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: { readonly json?: boolean }) => {
      await showDiff(files, options.json ?? false, new Terminal(() => lookOfStderr(process.env)));
    });
}
