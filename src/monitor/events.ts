import type { MonitorAlert } from './alerts/alert.ts';
import type { MonitorStatus } from './status.ts';

/** What a monitor tells its listeners, by name. */
export interface MonitorEvents {
  /** A sample was taken. The status is made when it is asked for. */
  sample: { readonly status: () => MonitorStatus };
  /** An alert was raised, has changed, still lasts or is over. */
  alert: MonitorAlert;
  /** An alert has become a warning, or still is one. */
  'alert:warning': MonitorAlert;
  /** An alert has become critical, or still is. */
  'alert:critical': MonitorAlert;
  /** An alert is over. */
  'alert:resolved': MonitorAlert;
}
