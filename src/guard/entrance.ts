import type { ShedResponse } from '../monitor/index.ts';
import { type NodeRequest, type NodeResponse, nodeListener } from '../system/index.ts';
import type { GuardParts } from './parts.ts';

/** Where every request passes before the program has it. */
export class Entrance {
  readonly #parts: GuardParts;
  readonly #answer: ((request: NodeRequest, response: NodeResponse) => void) | undefined;

  constructor(parts: GuardParts) {
    this.#parts = parts;
    this.#answer = parts.system === undefined ? undefined : nodeListener(parts.system);
  }

  /** Answers a request that is for the system API. @returns whether it was */
  answers(request: NodeRequest, response: NodeResponse): boolean {
    if (this.#answer === undefined || this.#parts.system?.owns(request.url ?? '/') !== true) return false;
    this.#closeWhenDraining(request, response);
    this.#answer(request, response);
    return true;
  }

  /** Answers a request that is not for the program: one of the system API, or one too many. @returns whether it has */
  takes(request: NodeRequest, response: NodeResponse): boolean {
    if (this.answers(request, response)) return true;
    const { shedder, monitor } = this.#parts;
    if (shedder?.refuse(request, response as ShedResponse) === true) return true;
    monitor?.work();
    return false;
  }

  /** Whoever asks again and again on one connection would hold the draining of its server up. */
  #closeWhenDraining(request: NodeRequest, response: NodeResponse): void {
    const { state } = this.#parts.shutdown;
    const isDraining = state !== 'running' && state !== 'notReady';
    if (isDraining && request.httpVersionMajor < 2) response.setHeader('connection', 'close');
  }
}
