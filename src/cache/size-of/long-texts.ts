/** Texts beyond this are told apart here; V8 hashes up to 16,383 characters of a text, and of longer ones only the length. */
const LONG = 200;

/** Characters that go into the key of a long text. */
const SAMPLES = 16;

/** Stands for a long text in a Set or Map. */
export interface LongText {
  readonly text: string;
}

/**
 * Finds long texts again without reading them whole: by length and a sample of characters, then by one comparison. Of
 * several that agree in these only the latest is remembered, so that no number of them makes it slow.
 */
export class LongTexts {
  readonly #latest = new Map<number, LongText>();

  /** What stands for `text`: itself when it is short, else the same object for equal texts. */
  keyOf(text: string): string | LongText {
    if (text.length <= LONG) return text;
    const sample = sampleOf(text);
    const known = this.#latest.get(sample);
    if (known?.text === text) return known;
    const made = { text };
    this.#latest.set(sample, made);
    return made;
  }

  clear(): void {
    if (this.#latest.size > 0) this.#latest.clear();
  }
}

function sampleOf(text: string): number {
  let sample = text.length;
  const step = (text.length - 1) / (SAMPLES - 1);
  for (let i = 0; i < SAMPLES; i++) sample = (Math.imul(sample, 31) + text.charCodeAt(Math.round(i * step))) | 0;
  return sample;
}
