import { type Command, Option } from 'commander';
import { OptionsError } from '../../base/errors.ts';
import { readDuration, readInteger } from '../../base/options.ts';
import { MAX_PID } from '../inspector/proc.ts';
import { redactAndTell } from '../snapshot/redact-command.ts';
import { showSnapshot } from '../snapshot/show-command.ts';
import { takeAndTell } from '../snapshot/take-command.ts';
import { lookOfStderr, Terminal } from '../terminal.ts';

interface RawOptions {
  readonly top?: string;
  readonly json?: boolean;
  readonly pid?: string;
  readonly out?: string;
  readonly maxPause?: string;
  readonly force?: boolean;
  readonly redact?: boolean;
  readonly keepNames?: boolean;
}

const DEFAULT_TOP = 20;
const DEFAULT_MAX_PAUSE = '10s';

const EXAMPLES = `
Examples:
  plimsoll snapshot app.heapsnapshot                       what fills the heap, by class and by holder
  plimsoll snapshot app.heapsnapshot --top 50 | less
  plimsoll snapshot --pid 4321 --out before.heapsnapshot   take one of a running Node.js process
  plimsoll snapshot --redact app.heapsnapshot safe.heapsnapshot   a copy without any text of the program, to pass on

Reading takes memory of about 1.5 times the size of the file. Taking a snapshot stops the process for about 80 ms per MiB
of heap; it is refused when the process has too little memory left. The file holds every string of the program,
secrets included, and is readable for you alone. Strings are never printed.`;

/** Adds `plimsoll snapshot` to the command line. */
export function registerSnapshotCommand(program: Command): void {
  program
    .command('snapshot')
    .summary('summarise a heap snapshot of Node.js, Chrome, Electron or Deno; or take one of a running process')
    .description('Summarises a heap snapshot of Node.js, Chrome, Electron or Deno; or takes one of a running process.')
    .argument('[file]', 'the snapshot to read')
    .argument('[out]', 'the redacted copy to write, with --redact')
    .addOption(new Option('--top <count>', `rows per table (default: ${DEFAULT_TOP})`))
    .option('--json', 'print one JSON document instead of tables')
    .option('--pid <pid>', 'take a snapshot of this running Node.js process, its main thread')
    .option('--out <file>', 'where to write it')
    .addOption(new Option('--max-pause <time>', `longest stop of the process (default: ${DEFAULT_MAX_PAUSE})`))
    .option('--force', 'replace the file if it exists')
    .option('--redact', 'write a copy in which every text of the program is replaced')
    .option('--keep-names', 'let names of classes, functions, variables, properties and scripts stay in the copy')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, out: string | undefined, options: RawOptions) => {
      const terminal = new Terminal(() => lookOfStderr(process.env));
      if (options.redact === true) {
        process.exitCode = await redact(file, out, options, terminal);
        return;
      }
      refuseOptions('a command without --redact', { 'A second file': out, '--keep-names': options.keepNames });
      if (options.pid !== undefined) process.exitCode = await take(file, options, options.pid, terminal);
      else await show(file, options, terminal);
    });
}

async function take(file: string | undefined, options: RawOptions, pid: string, terminal: Terminal): Promise<number> {
  if (file !== undefined) throw usage(`Give either a file to read or --pid, not both (got ${file}).`);
  refuseOptions('--pid', { '--top': options.top, '--json': options.json });
  if (options.out === undefined || options.out === '')
    throw usage('--pid needs --out FILE, where to write the snapshot.');
  return await takeAndTell(
    {
      pid: readInteger('--pid', pid, 1, MAX_PID),
      file: options.out,
      force: options.force ?? false,
      maxPauseMs: readDuration('--max-pause', options.maxPause ?? DEFAULT_MAX_PAUSE, 100),
    },
    terminal,
  );
}

async function redact(
  file: string | undefined,
  out: string | undefined,
  options: RawOptions,
  terminal: Terminal,
): Promise<number> {
  refuseOptions('--redact', {
    '--pid': options.pid,
    '--out': options.out,
    '--max-pause': options.maxPause,
    '--top': options.top,
    '--json': options.json,
  });
  if (file === undefined || out === undefined || out === '') {
    throw usage('--redact needs two files: the snapshot to read and the copy to write.');
  }
  return await redactAndTell(
    { file, out, keepNames: options.keepNames ?? false, force: options.force ?? false },
    terminal,
  );
}

async function show(file: string | undefined, options: RawOptions, terminal: Terminal): Promise<void> {
  if (file === undefined) throw usage('Give the snapshot file to read, or --pid PID --out FILE to take one.');
  refuseOptions('a file', { '--out': options.out, '--max-pause': options.maxPause, '--force': options.force });
  await showSnapshot(
    { file, top: readInteger('--top', options.top ?? DEFAULT_TOP, 1, 100_000), isJson: options.json ?? false },
    terminal,
  );
}

function refuseOptions(given: string, others: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined) throw usage(`${name} does not go together with ${given}; see --help.`);
  }
}

function usage(message: string): OptionsError {
  return new OptionsError('PLIM_ERR_OPTION_INVALID', message);
}
