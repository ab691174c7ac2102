/** All that can be done over HTTP, each by its name. */
import type { ActingName, EndpointName } from '../access/exposure.ts';
import { jsonAnswer, problem, type SystemAnswer, type SystemRequest } from '../call.ts';
import type { SystemSettings } from '../options.ts';
import { Action, type ActionInput, type ActionKind, type ActionOutcome, type ActionResult } from './action.ts';
import { Audit } from './audit.ts';
import { collectAction, systemCollectDoor } from './collect.ts';
import { dumpAction, systemDumpDoor } from './heap-dump.ts';
import { clearAction, closeAction, shedAction } from './others.ts';

const CLEAR_EVERY_MS = 1_000;
const CLOSE_EVERY_MS = 100;
const SHED_EVERY_MS = 1_000;

const STATUS: Readonly<Record<ActionOutcome, number>> = {
  done: 200,
  refused: 409,
  limited: 429,
  missing: 404,
  failed: 500,
};

/** The actions of one API. */
export class Actions {
  readonly #actions: ReadonlyMap<string, Action>;
  readonly #audit: Audit;
  readonly #now: () => number;

  /** @param shedFor - has the process not ready for so long, ms */
  constructor(settings: SystemSettings, shedFor: (ms: number) => void) {
    const { clock, logger } = settings;
    this.#actions = new Map(kindsOf(settings, shedFor).map((kind) => [kind.name, new Action(kind, clock)]));
    this.#audit = new Audit(logger, clock);
    this.#now = () => clock.steadyNow();
  }

  /** Does it, and tells of it. */
  async perform(name: EndpointName, input: ActionInput, { address }: SystemRequest): Promise<SystemAnswer> {
    const action = this.#actions.get(name);
    if (action === undefined) return problem(404, 'missing', 'There is no such endpoint, or it is not enabled.');
    const begun = this.#now();
    const result = await action.perform(input);
    // A session's id may be all that is needed to take it over.
    const subject = action.name === 'close' ? undefined : input.subject;
    const { outcome, message } = result;
    this.#audit.tell({ action: action.name, subject, address, outcome, message, ms: this.#now() - begun });
    return answerOf(result);
  }

  /** Somebody was not let in. */
  deny(name: EndpointName, { address }: SystemRequest, status: number): void {
    const message = `Refused with status ${status}.`;
    this.#audit.tell({ action: name, subject: undefined, address, outcome: 'denied', message, ms: 0 });
  }
}

function kindsOf(settings: SystemSettings, shedFor: (ms: number) => void): ActionKind[] {
  const { exposures, gc, heapdump, sessions, clock } = settings;
  const isOn = (name: ActingName): boolean => exposures[name] === 'token';
  const kinds: ActionKind[] = [];
  if (isOn('gc')) kinds.push(collectAction(gc.everyMs, gc.maxPauseMs, systemCollectDoor));
  if (isOn('heapdump') && heapdump !== undefined) {
    kinds.push(dumpAction({ ...heapdump, wallNow: () => clock.wallNow() }, systemDumpDoor));
  }
  if (isOn('clear')) kinds.push(clearAction(CLEAR_EVERY_MS));
  if (isOn('close') && sessions !== undefined) kinds.push(closeAction(CLOSE_EVERY_MS, sessions));
  if (isOn('shed')) kinds.push(shedAction(SHED_EVERY_MS, shedFor));
  return kinds;
}

function answerOf({ outcome, message, figures, retryAfterMs }: ActionResult): SystemAnswer {
  if (outcome === 'done') return jsonAnswer({ outcome, message, ...figures });
  const headers: Record<string, string> =
    retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) };
  return problem(STATUS[outcome], outcome, message, headers);
}
