/** Alerts that last, and those of late: the monitor's and the caches'. */
import { alertsOf } from '../alert-rows.ts';
import { byId, fill, make, setAttribute, setText } from '../dom.ts';
import { countText, momentText } from '../format.ts';
import type { PageState, Panel } from '../state.ts';
import { number } from '../wire.ts';

const SHOWN = 12;

export class AlertsPanel implements Panel {
  show({ sample, alerts, now }: PageState): void {
    const rows = alertsOf(sample, alerts);
    const active = rows.filter(({ isActive }) => isActive).length;
    const shown = rows.slice(0, Math.max(SHOWN, active));
    fill(byId('alerts-list'), shown, makeAlert, (element, row) => {
      setAttribute(element, 'data-level', row.level);
      setAttribute(element, 'data-active', row.isActive ? '' : null);
      setText(element.children[0]!, row.isActive ? `${row.level}, lasts` : row.level);
      setText(element.children[1]!, row.from);
      setText(element.children[2]!, momentText(row.at, now));
      setText(element.children[3]!, row.message);
    });
    const suppressed = number(sample, 'monitor', 'alerts', 'suppressed') ?? 0;
    const left = rows.length - shown.length;
    setText(
      byId('alerts-note'),
      [
        active === 0 ? 'Nothing is past a bound now.' : `${countText(active)} last${active === 1 ? 's' : ''}.`,
        ...(left > 0 ? [`${countText(left)} older.`] : []),
        ...(suppressed > 0 ? [`${countText(suppressed)} repeats were not told.`] : []),
      ].join(' '),
    );
  }
}

function makeAlert(): HTMLElement {
  return make('li', {}, make('b'), make('bdi', { class: 'from' }), make('time'), make('p', { dir: 'auto' }));
}
