/** Labels of a point: written once, however many points have them, and never more values than allowed. */

/** Longer values are cut. */
const MOST_LENGTH = 200;

/** Labels by name. */
export type LabelRecord = Readonly<Record<string, string>>;

/** Labels, and their text in an exposition; each is made when it is asked for, and once. */
export class Labels {
  readonly #own: LabelRecord;
  readonly #base: Labels | undefined;
  #record: LabelRecord | undefined;
  #text: string | undefined;

  /** @param base - labels that these are added to */
  constructor(own: LabelRecord, base?: Labels) {
    this.#own = own;
    this.#base = base;
  }

  get record(): LabelRecord {
    this.#record ??= this.#base === undefined ? this.#own : { ...this.#base.record, ...this.#own };
    return this.#record;
  }

  /** `a="x",b="y"`. */
  get text(): string {
    this.#text ??= this.#write();
    return this.#text;
  }

  /** These and more. */
  with(more: LabelRecord): Labels {
    return new Labels(more, this);
  }

  #write(): string {
    let text = this.#base?.text ?? '';
    for (const name in this.#own) {
      text += `${text === '' ? '' : ','}${name}="${escapeLabel(cutLabel(this.#own[name]!))}"`;
    }
    return text;
  }
}

/** A point without labels has these. */
export const NO_LABELS: Labels = new Labels({});

const NEEDS_ESCAPE = /[\\"\n]/;

/** A value between quotation marks; both formats have the same three escapes. */
export function escapeLabel(value: string): string {
  if (!NEEDS_ESCAPE.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

const HALVES = /\p{Surrogate}/gu;
/** Quick to see, and in nearly no name. */
const PAIRED = /[\ud800-\udfff]/;

/** A value as it is written: without halves of characters, which UTF-8 has no form for, and not too long. */
export function cutLabel(value: string): string {
  const short = value.length > MOST_LENGTH ? `${value.slice(0, MOST_LENGTH - 1)}…` : value;
  return PAIRED.test(short) ? short.replace(HALVES, '\ufffd') : short;
}

/** What values beyond the cap are counted under. */
export const OVERFLOW = '_other';

/**
 * Groups things by the value of a label: those of one value together, and those of values beyond `most` together under
 * {@link OVERFLOW}, in order of their coming.
 */
export function groupByLabel<T>(things: Iterable<T>, valueOf: (thing: T) => string, most: number): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const value = cutLabel(valueOf(thing));
    const key = groups.has(value) || groups.size < most ? value : OVERFLOW;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [thing]);
    else group.push(thing);
  }
  return groups;
}
