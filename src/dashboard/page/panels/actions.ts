/** What the server lets be done, each after a question, with what came of it. */
import type { ActionEnd, Api } from '../api.ts';
import { Confirmation, type Question } from '../confirm.ts';
import { byId, byIdAs, make, setText } from '../dom.ts';
import { bytesText, clockText, durationText } from '../format.ts';
import type { PageState, Panel } from '../state.ts';
import { number, pick } from '../wire.ts';

const MOST_RESULTS = 8;
/** Measured over heaps full of objects: what a collection and a snapshot stop the process for. */
const COLLECT_MS_PER_MIB = 2;
const SNAPSHOT_MS_PER_MIB = 80;
const MIB = 1024 * 1024;

type ActionName = 'gc' | 'heapdump' | 'clear' | 'close' | 'shed';

export class ActionsPanel implements Panel {
  readonly #api: Api;
  readonly #confirmation: Confirmation = new Confirmation();
  #state: PageState | undefined;

  constructor(api: Api) {
    this.#api = api;
    byId('act-gc').addEventListener('click', () => void this.#collect());
    byId('act-heapdump').addEventListener('click', () => void this.#dump());
    byIdAs('shed-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#shed(byIdAs('shed-for', HTMLSelectElement).value);
    });
  }

  /** Whether the server has enabled an action. */
  can(name: ActionName): boolean {
    return pick(this.#state?.info, 'endpoints', name) === 'token';
  }

  show(state: PageState): void {
    this.#state = state;
    byId('act-gc').hidden = !this.can('gc');
    byId('act-heapdump').hidden = !this.can('heapdump');
    byId('shed-form').hidden = !this.can('shed');
    setText(byId('actions-note'), this.#note());
  }

  async clear(name: string): Promise<void> {
    await this.#perform('clear', `caches/${encodeURIComponent(name)}/clear`, `clear ${name}`, {
      title: 'Clear this cache?',
      text: `Every entry of ${name} goes. What is asked for next has to be loaded again.`,
      yes: 'Clear it',
    });
  }

  async close(id: string): Promise<void> {
    await this.#perform('close', `sessions/${encodeURIComponent(id)}/close`, `close ${id}`, {
      title: 'Close this session?',
      text: `What ${id} owns ends with it, and whoever uses it has to begin anew.`,
      yes: 'Close it',
    });
  }

  async #collect(): Promise<void> {
    await this.#perform('gc', 'gc', 'gc', {
      title: 'Collect all garbage?',
      text: `The process stands still for about ${durationText(this.#heapMib() * COLLECT_MS_PER_MIB)} while that lasts.`,
      yes: 'Collect',
    });
  }

  async #dump(): Promise<void> {
    const used = this.#heapMib();
    await this.#perform('heapdump', 'heapdump', 'heap snapshot', {
      title: 'Write a heap snapshot?',
      text:
        `The process stands still for about ${durationText(used * SNAPSHOT_MS_PER_MIB)} and needs memory for it, a few ` +
        `times its ${bytesText(used * MIB)} of heap. The file stays on the server and holds every secret that is in memory.`,
      yes: 'Write it',
    });
  }

  async #shed(time: string): Promise<void> {
    const isEnd = time === '0';
    await this.#perform('shed', `shed?for=${time}`, isEnd ? 'end shedding' : `shed for ${time}`, {
      title: isEnd ? 'Take work again?' : `Take no work for ${time}?`,
      text: isEnd
        ? 'Readiness answers as the process really is.'
        : 'Readiness answers 503 for so long: load balancers send nothing here, and the other processes have to take it.',
      yes: isEnd ? 'Take work' : 'Shed',
    });
  }

  async #perform(action: ActionName, path: string, what: string, question: Question): Promise<void> {
    if (!(await this.#confirmation.ask(question))) return;
    setText(byId('action-running'), `${what}: under way …`);
    const end = await this.#api.act(action, path);
    setText(byId('action-running'), '');
    this.#tellEnd(what, end);
  }

  /** The newest results, for whoever looks and for readers of the screen. */
  #tellEnd(what: string, { isDone, message }: ActionEnd): void {
    const results = byId('action-results');
    const word = make('b', { 'data-tone': isDone ? 'good' : 'warn' }, isDone ? 'done' : 'not done');
    const text = make('span', { dir: 'auto' }, `${what}: ${message}`);
    results.prepend(make('li', {}, make('time', {}, clockText(new Date(), true)), word, text));
    while (results.children.length > MOST_RESULTS) results.lastElementChild!.remove();
  }

  #note(): string {
    if (this.#state?.info === null) return 'The server does not tell what may be done (its endpoint info).';
    if ((['gc', 'heapdump', 'shed'] as const).some((name) => this.can(name))) return '';
    if (this.can('clear') || this.can('close')) return 'Beside each cache or session.';
    return 'None is enabled. The option `expose` of SystemApi enables each by its name.';
  }

  #heapMib(): number {
    const { sample } = this.#state ?? {};
    return (
      (number(sample, 'process', 'memory', 'heapUsed') ?? number(sample, 'monitor', 'heap', 'usedBytes') ?? 0) / MIB
    );
  }
}
