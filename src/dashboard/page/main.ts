/** The page: listens to the events, remembers what it needs for its charts, and shows all of it once a frame at most. */
import { Api } from './api.ts';
import { Connection } from './connection.ts';
import { byId, byIdAs, setAttribute } from './dom.ts';
import type { ServerEvent } from './events.ts';
import { History } from './history.ts';
import { ActionsPanel } from './panels/actions.ts';
import { AlertsPanel } from './panels/alerts.ts';
import { CachesPanel } from './panels/caches.ts';
import { CollectionsPanel } from './panels/collections.ts';
import { LoopPanel } from './panels/loop.ts';
import { MemoryPanel } from './panels/memory.ts';
import { OpenPanel } from './panels/open.ts';
import { SessionsPanel } from './panels/sessions.ts';
import { VerdictPanel } from './panels/verdict.ts';
import { rowOf, rowsOfHistory } from './rows.ts';
import type { Panel } from './state.ts';
import { EventStream } from './stream.ts';
import { startTheme } from './theme.ts';
import { takeTokenFromAddress } from './token.ts';
import { has, list, moment, number, pick, text } from './wire.ts';

/** Lists that are too long for every sample are asked for this often, ms. */
const LISTS_EVERY_MS = 15_000;
/** Nothing for longer than this, and than three ticks of the monitor, leaves a gap in the lines, ms. */
const GAP_MS = 90_000;
/** What a program that is watched from outside does not tell is not shown as a row of empty boxes. */
const OPTIONAL_PANELS = ['caches', 'sessions'] as const;

class Dashboard {
  readonly #api: Api = new Api(location.pathname.replace(/dashboard\/?$/, ''));
  readonly #connection: Connection = new Connection();
  readonly #history: History = new History();
  readonly #actions: ActionsPanel = new ActionsPanel(this.#api);
  readonly #charts = [new MemoryPanel(), new CollectionsPanel(), new LoopPanel()];
  readonly #panels: readonly Panel[] = [
    this.#actions,
    new VerdictPanel(),
    ...this.#charts,
    new CachesPanel(
      (name) => void this.#actions.clear(name),
      () => this.#actions.can('clear'),
    ),
    new OpenPanel(),
    new SessionsPanel(
      (id) => void this.#actions.close(id),
      () => this.#actions.can('close'),
    ),
    new AlertsPanel(),
  ];
  readonly #stream: EventStream = new EventStream({
    url: this.#api.urlOf('events'),
    onEvent: (event) => this.#onEvent(event),
    onState: (state) => this.#connection.setState(state),
  });
  #sample: unknown = null;
  #lists: { info: unknown; resources: unknown; alerts: unknown } = { info: null, resources: null, alerts: null };
  #listsDue = 0;
  #epoch: string | null = null;
  #spanMs = Number(byIdAs('span', HTMLSelectElement).value) * 60_000;
  #isDue = false;

  start(): void {
    byId('span').addEventListener('change', (event) => {
      this.#spanMs = Number((event.target as HTMLSelectElement).value) * 60_000;
      this.#render();
    });
    byIdAs('token-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      const field = byIdAs('token', HTMLInputElement);
      this.#enter(field.value.trim());
      field.value = '';
    });
    // A link with another token, opened where this page already is, changes the fragment alone.
    addEventListener('hashchange', () => this.#enterFromAddress());
    document.addEventListener('visibilitychange', () => this.#plan());
    byId('retry').addEventListener('click', () => this.#stream.again());
    setInterval(() => this.#look(), 1_000);
    startTheme(() => {
      for (const { chart } of this.#charts) chart.recolor();
    });
    this.#enter(takeTokenFromAddress() ?? '');
  }

  #enterFromAddress(): void {
    const token = takeTokenFromAddress();
    if (token !== null) this.#enter(token);
  }

  #enter(typed: string): void {
    const token = typed === '' ? null : typed;
    this.#api.setToken(token);
    this.#listsDue = 0;
    this.#stream.start(token);
  }

  #look(): void {
    if (this.#connection.isSilent) this.#stream.again();
    this.#connection.show();
  }

  #onEvent({ type, data }: ServerEvent): void {
    const value = parse(data);
    this.#connection.heard();
    if (type === 'hello') this.#onHello(value);
    if (type === 'history') this.#onHistory(value);
    if (type === 'sample') this.#onSample(value);
    // What an alert says is in the next sample; the lists are not.
    if (type === 'alert') this.#listsDue = 0;
  }

  #onHello(hello: unknown): void {
    const epoch = text(hello, 'epoch');
    if (epoch !== this.#epoch && this.#epoch !== null) this.#history.breakLines();
    this.#epoch = epoch;
    this.#connection.setInterval(number(hello, 'intervalMs') ?? 2_000);
    this.#listsDue = 0;
  }

  #onHistory(history: unknown): void {
    for (const row of rowsOfHistory(history)) this.#history.add(row, this.#gapMs);
    this.#plan();
  }

  #onSample(sample: unknown): void {
    const row = rowOf(sample);
    if (row === undefined) return;
    const [before, now] = [number(this.#sample, 'process', 'pid'), number(sample, 'process', 'pid')];
    if (before !== null && before !== now) this.#history.breakLines();
    this.#sample = sample;
    this.#history.add(row, this.#gapMs);
    this.#askLists();
    this.#plan();
  }

  get #gapMs(): number {
    return Math.max(GAP_MS, 3 * (number(this.#sample, 'monitor', 'intervalMs') ?? 0));
  }

  /** Nothing is asked for that nobody sees. */
  #askLists(): void {
    if (document.hidden || performance.now() < this.#listsDue) return;
    this.#listsDue = performance.now() + LISTS_EVERY_MS;
    void this.#readLists();
  }

  async #readLists(): Promise<void> {
    const read = async (path: string, isThere: boolean): Promise<unknown> => (isThere ? this.#api.read(path) : null);
    // Of a program that is watched from outside there is no more than its samples have.
    const isInside = pick(this.#sample, 'outside') !== true;
    const [info, resources, alerts] = await Promise.all([
      read('info', isInside),
      read('resources?limit=0', isInside),
      read('alerts', isInside),
    ]);
    this.#lists = { info, resources, alerts };
    this.#plan();
  }

  #plan(): void {
    if (this.#isDue || document.hidden || this.#sample === null) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#render();
    });
  }

  #render(): void {
    const sample = this.#sample;
    if (sample === null) return;
    setAttribute(document.documentElement, 'data-ready', '');
    const isOutside = pick(sample, 'outside') === true;
    const hasAlerts = list(sample, 'monitor', 'alerts', 'recent').length > 0;
    byId('alerts-panel').hidden = isOutside && !hasAlerts;
    for (const name of OPTIONAL_PANELS) byId(`${name}-panel`).hidden = isOutside && !has(sample, name);
    byId('actions-panel').hidden = isOutside;
    byId('outside-note').hidden = !isOutside;
    setAttribute(document.documentElement, 'data-outside', isOutside ? '' : null);
    const now = moment(sample, 'time') ?? Date.now();
    const state = { sample, ...this.#lists, history: this.#history, spanMs: this.#spanMs, now };
    for (const panel of this.#panels) panel.show(state);
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

new Dashboard().start();
