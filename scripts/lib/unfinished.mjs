/**
 * A reporter of vitest's: keeps in the file that PLIMSOLL_UNFINISHED names which tests have begun and not ended. It is
 * written at once, so that it still tells where a run stood that was killed.
 */
import fs from 'node:fs';

export default class UnfinishedReporter {
  #file = process.env.PLIMSOLL_UNFINISHED;
  #names = new Set();

  onTestModuleQueued(module) {
    this.#begun(module.relativeModuleId);
  }

  onTestModuleEnd(module) {
    this.#ended(module.relativeModuleId);
  }

  onTestCaseReady(test) {
    this.#begun(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestCaseResult(test) {
    this.#ended(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  #begun(name) {
    this.#names.add(name);
    this.#write();
  }

  #ended(name) {
    this.#names.delete(name);
    this.#write();
  }

  #write() {
    if (this.#file !== undefined) fs.writeFileSync(this.#file, [...this.#names].map((name) => `${name}\n`).join(''));
  }
}
