// node --expose-gc scenarios/client-cache/run.mjs naive|plimsoll [--seed N] [--small | --long]
import { inspect } from 'node:util';
import { cacheHealth } from 'plimsoll/cache';
import { Metrics } from 'plimsoll/system';
import { countDescriptors, floor } from '../frame/measure.mjs';
import { Checks, printRun } from '../frame/outcome.mjs';
import { runProgram } from '../frame/program.mjs';
import { VirtualTime } from '../frame/virtual-time.mjs';
import { CREDENTIAL, Customers, Provider } from './load.mjs';
import { makeClients as makeNaive } from './naive.mjs';
import { makeClients as makePlimsoll } from './plimsoll.mjs';

const HOUR = 3_600_000;
const SWEEP = 300_000;
/** Sweeps are not closer to each other than 50 ms, so one may come as much later. */
const LATE = 50;
/** The naive form has grown so many times over, at least. */
const LEAKS = { small: 1.8, whole: 15, long: 15 };
/** Each takes a client and gives it back: two operations. */
const USES = { small: 400_000, whole: 5_000_000, long: 10_000_000 };
const DAYS = { small: 12, whole: 30, long: 30 };
/** The day that the last one is compared with; of the small form when the engine has come to rest. */
const FIRST = { small: 6, whole: 2, long: 2 };

await runProgram(async (form, { seed, size }) => {
  const realNow = performance.now.bind(performance);
  const time = new VirtualTime(Date.UTC(2026, 0, 1)).install();
  const provider = new Provider(() => time.now, seed);
  const said = watchWords();
  const make = form === 'naive' ? makeNaive : makePlimsoll;
  const [days, uses] = [DAYS[size], USES[size]];
  await warmUp(make, { seed: seed + 1, days: 1, uses: Math.round(uses / days), time });
  const service = make({ connect: provider.connect, log: said.look });

  const empty = await floor();
  const floors = [];
  let entries = 0;
  const dayEnds = async () => {
    floors.push(await floor());
    entries = service.size();
    await lookEverywhere(service, said);
  };
  const customers = new Customers(service, { seed, days, uses, time, dayEnds });
  const began = realNow();
  await customers.run();
  const seconds = (realNow() - began) / 1000;

  const stats = service.stats();
  provider.isClosing = true;
  await service.close();
  await time.advance(HOUR);
  await lookEverywhere(service, said);

  const checks = new Checks('MISSION 5');
  const first = FIRST[size];
  const growth = (floors.at(-1) - empty) / (floors[first - 1] - empty);
  const row = `memory of day ${days} against day ${first}, above the empty process`;
  const all = { checks, customers, provider, said, growth, row, leaks: LEAKS[size], uses };
  if (form === 'naive') checkNaive(all);
  else checkPlimsoll({ ...all, stats, time, service });
  printRun({
    scenario: 'client-cache',
    form,
    seed,
    figures: {
      entries,
      timers: time.pending,
      descriptors: countDescriptors(),
      hitRatio: stats.hitRatio,
      throughput: customers.uses / seconds,
      workLost: customers.waiting,
    },
    floors,
    axis: `${days} simulated days`,
    checks,
    ran: `${days} days, ${(2 * customers.uses).toLocaleString('en-US')} operations, ${provider.made.toLocaleString('en-US')} clients`,
  });
});

/** A day at another service, so that the engine has compiled what will run. */
async function warmUp(make, day) {
  const provider = new Provider(() => day.time.now, day.seed);
  const service = make({ connect: provider.connect, log: () => {} });
  const dayEnds = () => lookEverywhere(service, { look: () => {} });
  await new Customers(service, { ...day, dayEnds }).run();
  await service.close();
}

/** Looks for credentials in whatever is said, and keeps none of it. */
function watchWords() {
  const said = {
    lines: 0,
    withCredential: 0,
    look: (text) => {
      said.lines++;
      if (CREDENTIAL.test(text)) said.withCredential++;
    },
  };
  process.on('warning', ({ message }) => said.look(message));
  return said;
}

/** Statistics, reports, metrics, and what a debugger or a careless log line would show. */
async function lookEverywhere(service, said) {
  said.look(JSON.stringify(service.stats()));
  said.look(JSON.stringify(cacheHealth()));
  said.look(await new Metrics().text());
  said.look(inspect(service.clients, { depth: 4 }));
}

function checkNaive({ checks, provider, growth, row, said, leaks }) {
  checks.atLeast(row, leaks, growth, ' times');
  checks.atLeast('clients of one key at the same time', 1, provider.faults.twoAtOnce);
  checks.equal('clients that were dropped when nobody asked for them', 0, provider.longestIdle);
  checks.atLeast('lines and statistics that show a credential', 1, said.withCredential);
}

function checkPlimsoll({ checks, customers, provider, growth, row, said, stats, time, service, uses }) {
  checks.that(row, '0.9 to 1.1 times', `${growth.toFixed(3)} times`, Math.abs(growth - 1) <= 0.1);
  checks.atLeast('operations between each other: a client is taken, and given back', 2 * uses, 2 * customers.uses);
  checks.equal('clients of one key at the same time', 0, provider.faults.twoAtOnce);
  checks.equal('clients ended while in use', 0, provider.faults.endedInUse);
  checks.equal('uses of a client that had ended', 0, provider.faults.usedAfterEnd);
  checks.equal('clients ended twice', 0, provider.faults.endedTwice);
  const idle = [provider.shortestIdle, provider.longestIdle].map((ms) => (ms / 1000).toLocaleString('en-US'));
  checks.that(
    'how long dropped clients had been unused: one hour sliding, a sweep every 5 minutes',
    '3,600 to 3,900.05 s',
    `${idle.join(' to ')} s`,
    provider.shortestIdle >= HOUR - 1 && provider.longestIdle <= HOUR + SWEEP + LATE,
  );
  checks.equal('loads: clients made and failures', provider.made + provider.failed, stats.loads);
  checks.equal('callers left waiting', 0, customers.waiting);
  checks.that(
    'callers refused: those of loads that failed',
    'at least one a failure',
    customers.refused,
    customers.refused >= provider.failed,
  );
  const { leases, lapsedLeases, disposing, loading } = service.stats();
  checks.equal(
    'leases, lapsed leases, loads and disposals left',
    [0, 0, 0, 0],
    [leases, lapsedLeases, loading, disposing],
  );
  checks.equal('clients left after the end', 0, provider.live);
  checks.equal('timers left after the end', 0, time.pending);
  checks.equal(
    `credentials in ${said.lines.toLocaleString('en-US')} log lines, statistics, reports, metrics and inspections`,
    0,
    said.withCredential,
  );
}
