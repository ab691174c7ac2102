/** The options of a watch, as `plimsoll run` and `plimsoll attach` have them: declared, and read from what the user typed. */
import type { Command } from 'commander';
import { invalidOption, readDuration, readInteger } from '../../base/options.ts';
import type { SnapshotPlan } from '../../diagnose/schedule.ts';
import type { ProbeSettings } from '../../diagnose/wire.ts';
import { type RawReportOptions, readReportOptions, type ReportOptions } from '../report/options.ts';

/** What commander hands over. */
export interface RawRunOptions extends RawReportOptions {
  readonly duration?: string;
  readonly drive?: string;
  readonly rounds?: string;
  readonly warmup?: string;
  readonly interval?: string;
  readonly snapshots: string;
  readonly maxPause: string;
  readonly nearLimit?: boolean;
  readonly quiet?: boolean;
  readonly dashboard?: boolean;
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
  readonly nearLimit: boolean;
  readonly report: ReportOptions;
  readonly isQuiet: boolean;
  /** Whether a page on this machine shows how it goes. */
  readonly hasDashboard: boolean;
}

const DEFAULT_ROUNDS = 7;
const DEFAULT_WARMUP = 2;

/** Adds them to a command, all but those that only one of the two has. */
export function addWatchOptions(command: Command, watched: 'program' | 'process', duration: string): void {
  command
    .option('--duration <time>', duration)
    .option('--drive <command>', `shell command that puts load on the ${watched}, repeated in rounds`)
    .option('--rounds <n>', `measured rounds of --drive (default: ${DEFAULT_ROUNDS})`)
    .option('--warmup <n>', `rounds of --drive before the measured ones (default: ${DEFAULT_WARMUP})`)
    .option('--interval <time>', 'oldest the newest floor may get before a collection is asked for (default: adaptive)')
    .option('--snapshots <auto|never|n>', 'heap snapshots to take, from 2 to 9', 'auto')
    .option('--max-pause <time>', 'longest pause that a snapshot may be expected to cost', '15s')
    .option('--dashboard', 'show how it goes in a page on this machine; its link is printed')
    .option('--quiet', 'no progress, only the report');
}

/** Reads and checks the options; throws `PLIM_ERR_OPTION_INVALID` for the first that breaks its rule. */
export function readRunOptions(raw: RawRunOptions): RunOptions {
  return {
    durationMs: raw.duration === undefined ? undefined : readDuration('--duration', raw.duration, 1_000),
    drive: readDrive(raw),
    intervalMs: raw.interval === undefined ? undefined : readDuration('--interval', raw.interval, 100),
    snapshots: readSnapshots(raw.snapshots),
    maxPauseMs: readDuration('--max-pause', raw.maxPause, 100),
    nearLimit: raw.nearLimit ?? false,
    report: readReportOptions(raw),
    isQuiet: raw.quiet ?? false,
    hasDashboard: raw.dashboard ?? false,
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

/** Which snapshots are wanted. */
export function planOf({ snapshots, durationMs }: RunOptions): SnapshotPlan {
  return { count: snapshots, ...(durationMs === undefined ? {} : { durationMs }) };
}

/** What the watch inside the program has to know. */
export function settingsOf(
  { snapshots, maxPauseMs, intervalMs, nearLimit }: RunOptions,
  outDir: string,
): ProbeSettings {
  return {
    maxPauseMs,
    outDir,
    snapshots: snapshots !== 'never',
    ...(intervalMs === undefined ? {} : { intervalMs }),
    ...(nearLimit ? { nearLimit } : {}),
  };
}
