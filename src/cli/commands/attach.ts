import type { Command } from 'commander';
import { readInteger } from '../../base/options.ts';
import { attachTo } from '../attach/attach.ts';
import { MAX_PID } from '../inspector/proc.ts';
import { addReportOptions } from '../report/options.ts';
import { addWatchOptions, type RawRunOptions, readRunOptions } from '../run/options.ts';

const EXAMPLES = `
Examples:
  plimsoll attach 4321                          watch until Ctrl-C, then the verdict
  plimsoll attach --duration 5m --report leak.html 4321
  plimsoll attach --dashboard 4321              and look at it in a browser
  plimsoll attach --fail-on leak --drive "npx autocannon -d 5 localhost:8080" 4321

The process opens its inspector on the loopback interface for a moment (SIGUSR1), with two lines on its standard error,
and is left as it was found. It is watched with its worker threads and the Node.js processes that it has started, not
with those that it starts later. A program that handles SIGUSR1 itself gets that signal. Linux only, Node.js 20.16 or
later.`;

/** Adds `plimsoll attach` to the command line. */
export function registerAttachCommand(program: Command): void {
  const attach = program
    .command('attach')
    .usage('[options] PID')
    .summary('watch a running process and name what leaks')
    .description('Watches a Node.js process that runs already, ends in a verdict and leaves it as it was found.')
    .argument('<pid>', 'the process');
  addWatchOptions(attach, 'process', 'end the watch after so long: 30s, 5m, 2h (default: with Ctrl-C)');
  addReportOptions(attach)
    .addHelpText('after', EXAMPLES)
    .action(async (pid: string, raw: RawRunOptions) => {
      process.exitCode = await attachTo(readInteger('PID', pid, 1, MAX_PID), readRunOptions(raw));
    });
}
