// The model's client, as both forms of the gateway use it: one for the process. It tells of what all of them should hear
// by the event `notice`.
import { EventEmitter } from 'node:events';

/** The model answered, and not well. */
export class ModelError extends Error {
  name = 'ModelError';

  /** @param {number} status */
  constructor(status) {
    super(`the model answered ${status}`);
    this.status = status;
  }
}

export class Model extends EventEmitter {
  /** @param {string} url */
  constructor(url) {
    super();
    this.url = url;
    // Each stream listens: many are right, and how many there may be nobody knows.
    this.setMaxListeners(0);
  }

  /**
   * @param {string} prompt
   * @param {AbortSignal} [signal]
   * @returns {AsyncGenerator<string>} pieces of text
   */
  async *stream(prompt, signal) {
    const { body } = await this.#ask('/complete', { method: 'POST', body: JSON.stringify({ prompt }), signal });
    for await (const piece of body.pipeThrough(new TextDecoderStream())) yield piece;
  }

  /** @param {string} prompt @param {AbortSignal} [signal] */
  async complete(prompt, signal) {
    let text = '';
    for await (const piece of this.stream(prompt, signal)) text += piece;
    return text;
  }

  /**
   * @param {string} credential
   * @param {AbortSignal} [signal]
   * @returns {Promise<string | undefined>} whose it is; `undefined`: nobody's
   */
  async tenantOf(credential, signal) {
    try {
      const response = await this.#ask('/tenant', { headers: { authorization: credential }, signal });
      return await response.text();
    } catch (error) {
      if (error instanceof ModelError && error.status === 401) return undefined;
      throw error;
    }
  }

  /** @param {AbortSignal} [signal] */
  async isReady(signal) {
    const response = await this.#ask('/ready', { signal });
    return (await response.text()) === 'ready';
  }

  async #ask(path, init) {
    const response = await fetch(this.url + path, init);
    if (response.ok) return response;
    await response.body?.cancel();
    throw new ModelError(response.status);
  }
}
