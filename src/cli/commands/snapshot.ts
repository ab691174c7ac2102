import { type Command, Option } from 'commander';
import { OptionsError } from '../../base/errors.ts';
import { readDuration, readInteger } from '../../base/options.ts';
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
}

const DEFAULT_TOP = 20;
const DEFAULT_MAX_PAUSE = '10s';
/** Linux never gives a higher one. */
const MAX_PID = 2 ** 22;

const EXAMPLES = `
Examples:
  plimsoll snapshot app.heapsnapshot                       what fills the heap, by class and by holder
  plimsoll snapshot app.heapsnapshot --top 50 | less
  plimsoll snapshot --pid 4321 --out before.heapsnapshot   take one of a running Node.js process

Reading takes memory of about twice the size of the file. Taking a snapshot stops the process for about 80 ms per MiB
of heap; it is refused when the process has too little memory left. The file holds every string of the program,
secrets included, and is readable for you alone. Strings are never printed.`;

/** Adds `plimsoll snapshot` to the command line. */
export function registerSnapshotCommand(program: Command): void {
  program
    .command('snapshot')
    .description('summarise a heap snapshot of Node.js, Chrome, Electron or Deno; or take one of a running process')
    .argument('[file]', 'the snapshot to read')
    .addOption(new Option('--top <count>', `rows per table (default: ${DEFAULT_TOP})`))
    .option('--json', 'print one JSON document instead of tables')
    .option('--pid <pid>', 'take a snapshot of this running Node.js process, its main thread')
    .option('--out <file>', 'where to write it')
    .addOption(new Option('--max-pause <time>', `longest stop of the process (default: ${DEFAULT_MAX_PAUSE})`))
    .option('--force', 'replace the file if it exists')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, options: RawOptions) => {
      const terminal = new Terminal(() => lookOfStderr(process.env));
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
