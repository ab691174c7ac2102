/** A program that uses `plimsoll/monitor`: it samples, tells of what is past a bound, and leaves nothing when it stops. */
import { isPlimsollError } from 'plimsoll/errors';
import { Monitor, type MonitorAlert, optionsFromEnv, Shedder } from 'plimsoll/monitor';

function refused(): unknown {
  try {
    return new Monitor({ interval: 'often' });
  } catch (error) {
    return error;
  }
}

export async function use(): Promise<Record<string, boolean>> {
  const alerts: MonitorAlert[] = [];
  const monitor = new Monitor({ ...optionsFromEnv({ MEMORY_MONITOR_INTERVAL: '1m' }) });
  monitor.on('alert', (alert) => alerts.push(alert));
  monitor.budget('store', { bytes: () => 900, maxBytes: '1KB' });
  monitor.start();
  monitor.work(3);
  const shedder = new Shedder(monitor);
  const status = monitor.status();
  const decision = shedder.decide({ url: '/' });
  monitor.stop();
  return {
    'it samples at once': status.samples === 1 && status.isRunning && status.intervalMs === 60_000,
    'memory is read': (status.rssBytes ?? 0) > 0 && (status.heap?.usedBytes ?? 0) > 0,
    'a part past its budget is told of': alerts.some(
      ({ rule, level }) => rule === 'budget:store' && level === 'warning',
    ),
    'requests are admitted': decision.isAdmitted,
    'work is counted': status.work?.count === 3,
    'it stops': !monitor.isRunning && JSON.stringify(monitor.series().samples.at) === JSON.stringify([status.at]),
    'bad options are refused': isPlimsollError(refused(), 'PLIM_ERR_OPTION_INVALID'),
  };
}
