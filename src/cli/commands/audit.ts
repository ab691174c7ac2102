import { type Command, Option } from 'commander';
import { explainRule } from '../audit/explain.ts';
import { type RawAuditOptions, runAudit } from '../audit/run-audit.ts';
import { lookOfStderr, Terminal } from '../terminal.ts';

const EXAMPLES = `
Examples:
  plimsoll audit                                     the sources below this folder
  plimsoll audit --strict src
  plimsoll audit --format sarif src > leaks.sarif    for code scanning
  plimsoll audit --baseline leaks.json --update-baseline   from now on only new findings count
  plimsoll audit --baseline leaks.json
  plimsoll audit --explain race-timeout

Ends with status 3 when it finds something that the baseline does not know. The rules run in the oxlint or ESLint of the
project; no configuration is needed, and none is read but .gitignore, .eslintignore and .plimsollignore.`;

/** Adds `plimsoll audit` to the command line. */
export function registerAuditCommand(program: Command): void {
  program
    .command('audit')
    .usage('[options] [paths...]')
    .summary('find leaks in the source')
    .description('Looks for leaks in JavaScript and TypeScript sources: listeners, timers, collections, handles.')
    .argument('[paths...]', 'files and folders (default: this folder)')
    .option('--strict', 'every rule, also those that are often wrong')
    .addOption(new Option('--format <form>', 'pretty, json, sarif or github').default('pretty'))
    .option('--baseline <file>', 'leave out what this file knows')
    .option('--update-baseline', 'write what is found now to the baseline')
    .addOption(new Option('--engine <name>', 'auto, oxlint or eslint').default('auto'))
    .option('--explain <rule>', 'print the page of a rule')
    .addHelpText('after', EXAMPLES)
    .action(async (paths: string[], options: RawAuditOptions) => {
      if (options.explain !== undefined) await explainRule(options.explain);
      else process.exitCode = await runAudit(paths, options, new Terminal(() => lookOfStderr(process.env)));
    });
}
