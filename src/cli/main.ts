#!/usr/bin/env node
/** `plimsoll`: the command line. */
import { Command, CommanderError } from 'commander';
import { OptionsError } from '../base/errors.ts';
import { registerAttachCommand } from './commands/attach.ts';
import { registerAuditCommand } from './commands/audit.ts';
import { registerDoctorCommand } from './commands/doctor.ts';
import { registerDiffCommand } from './commands/diff.ts';
import { registerRunCommand } from './commands/run.ts';
import { registerSnapshotCommand } from './commands/snapshot.ts';
import { printResult } from './snapshot/print.ts';
import { errorLine, STATUS, statusOf } from './status.ts';
import { packageVersion } from './version.ts';

const ABOUT = 'Keeps long-running Node.js programs from leaking memory.';

const EXIT_STATUS = `
Exit status:
  0    fine
  1    Plimsoll failed, or could not write what it was asked for
  2    unknown command or option, bad value, bad input
  3    leak found: by run with --fail-on, by audit always; something to mend, by doctor
  126  the program to run exists and cannot be started
  127  the program to run does not exist
  A watched program that ends by itself gives its own status, 128 + n when signal n ended it.`;

/** `say` gets what commander writes by itself, help and version, in pieces. */
function commandLine(say: (text: string) => void): Command {
  const program = new Command('plimsoll')
    .description(ABOUT)
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .enablePositionalOptions()
    .addHelpText('after', EXIT_STATUS)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ writeOut: say, writeErr: () => {} });
  registerRunCommand(program);
  registerAttachCommand(program);
  registerSnapshotCommand(program);
  registerDiffCommand(program);
  registerAuditCommand(program);
  registerDoctorCommand(program);
  return program;
}

/** Commander's own complaints, in the form of ours: one line, one code. */
function asUsageError(error: CommanderError): OptionsError {
  const text = error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  const code = error.code === 'commander.unknownOption' ? 'PLIM_ERR_OPTION_UNKNOWN' : 'PLIM_ERR_OPTION_INVALID';
  return new OptionsError(code, sentence.endsWith(')') ? `${sentence}.` : `${sentence}; see --help.`);
}

async function main(args: readonly string[]): Promise<void> {
  let said = '';
  const program = commandLine((text) => (said += text));
  if (args.length === 0) {
    process.stderr.write(`${program.helpInformation()}\n`);
    process.exitCode = STATUS.usage;
    return;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return printResult(said);
    const reported = error instanceof CommanderError ? asUsageError(error) : error;
    process.exitCode = statusOf(reported);
    process.stderr.write(`${errorLine(reported)}\n`);
  }
}

void main(process.argv.slice(2));
