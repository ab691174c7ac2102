/** The options of `plimsoll run`, read from what the user typed. */
import { invalidOption, readChoice, readDuration, readInteger } from '../../base/options.ts';
import type { SnapshotPlan } from '../../diagnose/schedule.ts';

/** What commander hands over. */
export interface RawRunOptions {
  readonly duration?: string;
  readonly drive?: string;
  readonly rounds?: string;
  readonly warmup?: string;
  readonly interval?: string;
  readonly snapshots: string;
  readonly maxPause: string;
  readonly out?: string;
  readonly json?: string;
  readonly failOn?: string;
  readonly quiet?: boolean;
}

/** A load that is repeated in rounds. */
export interface DrivePlan {
  readonly command: string;
  /** Measured rounds. */
  readonly rounds: number;
  /** Rounds before the measured ones. */
  readonly warmup: number;
}

export interface RunOptions {
  /** `undefined`: until the program ends or Ctrl-C. */
  readonly durationMs: number | undefined;
  readonly drive: DrivePlan | undefined;
  readonly intervalMs: number | undefined;
  readonly snapshots: SnapshotPlan['count'];
  readonly maxPauseMs: number;
  readonly outDir: string | undefined;
  readonly jsonFile: string | undefined;
  readonly failOnLeak: boolean;
  readonly isQuiet: boolean;
}

const DEFAULT_ROUNDS = 7;
const DEFAULT_WARMUP = 2;

/** Reads and checks the options; throws `PLIM_ERR_OPTION_INVALID` for the first that breaks its rule. */
export function readRunOptions(raw: RawRunOptions): RunOptions {
  return {
    durationMs: raw.duration === undefined ? undefined : readDuration('--duration', raw.duration, 1_000),
    drive: readDrive(raw),
    intervalMs: raw.interval === undefined ? undefined : readDuration('--interval', raw.interval, 100),
    snapshots: readSnapshots(raw.snapshots),
    maxPauseMs: readDuration('--max-pause', raw.maxPause, 100),
    outDir: readPath('--out', raw.out),
    jsonFile: readPath('--json', raw.json),
    failOnLeak: raw.failOn !== undefined && readChoice('--fail-on', raw.failOn, ['leak']) === 'leak',
    isQuiet: raw.quiet ?? false,
  };
}

function readDrive(raw: RawRunOptions): DrivePlan | undefined {
  if (raw.drive === undefined) {
    if (raw.rounds !== undefined) throw invalidOption('--rounds', 'given together with --drive', raw.rounds);
    if (raw.warmup !== undefined) throw invalidOption('--warmup', 'given together with --drive', raw.warmup);
    return undefined;
  }
  if (raw.drive.trim() === '') throw invalidOption('--drive', 'a shell command', raw.drive);
  return {
    command: raw.drive,
    rounds: raw.rounds === undefined ? DEFAULT_ROUNDS : readInteger('--rounds', raw.rounds, 2, 10_000),
    warmup: raw.warmup === undefined ? DEFAULT_WARMUP : readInteger('--warmup', raw.warmup, 0, 10_000),
  };
}

function readSnapshots(value: string): SnapshotPlan['count'] {
  if (value === 'auto' || value === 'never') return value;
  const count = /^\d$/.test(value) ? Number(value) : Number.NaN;
  if (count >= 2) return count;
  throw invalidOption('--snapshots', 'auto, never or a number from 2 to 9', value);
}

function readPath(name: string, value: string | undefined): string | undefined {
  // A dash stands for standard output elsewhere; here that belongs to the program.
  if (value === '' || value?.startsWith('-') === true) throw invalidOption(name, 'the name of a file or folder', value);
  return value;
}
