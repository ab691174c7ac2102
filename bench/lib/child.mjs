// Whole Node.js processes, measured by what they report of themselves when they end (usage-hook.cjs).
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchFailure } from './failure.mjs';

const hook = fileURLToPath(new URL('usage-hook.cjs', import.meta.url));

/**
 * Runs `node ...args` to its end.
 *
 * @param {readonly string[]} args Node's own flags, the script, its arguments.
 * @param {{ env?: Record<string, string>, cwd?: string }} [options]
 * @returns {Promise<{ wallS: number, cpuS: number, peakRssMb: number, output: string }>} CPU is user and system, all
 *   threads; sizes are MiB; output is what was written to stdout.
 * @throws {BenchFailure} when the process ends with a status other than 0.
 */
export async function measureNode(args, { env = {}, cwd } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-bench-'));
  const usageFile = path.join(folder, 'usage.json');
  try {
    const started = performance.now();
    const { output, errors, ending } = await collect(['--require', hook, ...args], {
      cwd,
      env: { ...process.env, ...env, PLIMSOLL_BENCH_USAGE: usageFile },
    });
    const wallS = (performance.now() - started) / 1000;
    if (ending !== 0)
      throw new BenchFailure(`node ${args.join(' ')} ended with ${ending}: ${errors.trim().slice(-600)}`);
    const usage = JSON.parse(fs.readFileSync(usageFile, 'utf8'));
    return { wallS, cpuS: usage.cpuUs / 1e6, peakRssMb: usage.peakRssKb / 1024, output };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs `node ...args`, or another program; gives its outputs and its status, or the signal that ended it. */
export function collect(args, options, program = process.execPath) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ output, errors, ending: status ?? signal }));
  });
}

/** The last line of a program's output, which is JSON. */
export function lastJsonLine(output) {
  return JSON.parse(output.trim().split('\n').at(-1));
}
