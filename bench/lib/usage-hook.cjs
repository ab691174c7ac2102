// Preload of a measured process: writes what it used to the file named by PLIMSOLL_BENCH_USAGE when it ends.
'use strict';
const fs = require('node:fs');
const { isMainThread } = require('node:worker_threads');

const file = process.env.PLIMSOLL_BENCH_USAGE;
if (isMainThread && file) {
  // The process that is measured, not those that it starts.
  delete process.env.PLIMSOLL_BENCH_USAGE;
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    fs.writeFileSync(file, JSON.stringify({ cpuUs: userCPUTime + systemCPUTime, peakRssKb: peakRssKb() ?? maxRSS }));
  });
}

/** Linux counts the parent's pages into `maxRSS` of a young child; VmHWM begins with the program itself. */
function peakRssKb() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return undefined;
  }
}
