/** Asks before something is done. The safe answer has the focus; Escape is a no. */
import { byId, byIdAs, setText } from './dom.ts';

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
}

/** Asks; `true` for yes. A question that is still open is answered with no. */
export class Confirmation {
  readonly #dialog: HTMLDialogElement = byIdAs('confirm', HTMLDialogElement);
  #answer: ((isYes: boolean) => void) | undefined;

  constructor() {
    byId('confirm-yes').addEventListener('click', () => this.#dialog.close('yes'));
    byId('confirm-no').addEventListener('click', () => this.#dialog.close('no'));
    this.#dialog.addEventListener('close', () => this.#settle(this.#dialog.returnValue === 'yes'));
  }

  ask({ title, text, yes }: Question): Promise<boolean> {
    this.#settle(false);
    setText(byId('confirm-title'), title);
    setText(byId('confirm-text'), text);
    setText(byId('confirm-yes'), yes);
    this.#dialog.returnValue = 'no';
    if (!this.#dialog.open) this.#dialog.showModal();
    byId('confirm-no').focus();
    return new Promise((resolve) => (this.#answer = resolve));
  }

  #settle(isYes: boolean): void {
    this.#answer?.(isYes);
    this.#answer = undefined;
  }
}
