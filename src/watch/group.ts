import { siteOf } from './creation-site.ts';
import { fingerprintOf } from './fingerprint.ts';

/** How the objects of one label and class are doing. */
export interface WatchedGroup {
  /** Stable over restarts: of the label, the class, and the place where the first was handed in. */
  readonly fingerprint: string;
  readonly label: string;
  /** The class of the objects; `Object` of plain ones. */
  readonly className: string;
  /** Where the first was handed in, as `file:line:column`; `null` where the stack does not tell. */
  readonly site: string | null;
  /** Neither collected nor judged yet. */
  readonly watched: number;
  /** Gone. */
  readonly collected: number;
  /** Alive although they should be gone. */
  readonly retained: number;
  /** Retained at some time; some of them may have gone since. */
  readonly everRetained: number;
  /** Whether its fingerprint is among the known ones. */
  readonly isKnown: boolean;
  /** When the oldest of the retained was handed in, ms since 1970; `null` while none is. */
  readonly oldestRetainedAt: number | null;
}

/** A group while it changes. */
export class Group {
  readonly label: string;
  readonly className: string;
  readonly site: string | null;
  readonly fingerprint: string;
  readonly isKnown: boolean;
  readonly kept: Set<WatchedRef> = new Set();
  watched = 0;
  collected = 0;
  everRetained = 0;

  constructor(label: string, className: string, site: string | null, known: ReadonlySet<string>) {
    this.label = label;
    this.className = className;
    this.site = site;
    this.fingerprint = fingerprintOf(label, className, site);
    this.isKnown = known.has(this.fingerprint);
  }

  report(): WatchedGroup {
    const { fingerprint, label, className, site, watched, collected, everRetained, isKnown, kept } = this;
    // The first to be retained was handed in first, but for different graces.
    const [oldest] = kept;
    return {
      fingerprint,
      label,
      className,
      site,
      watched,
      collected,
      retained: kept.size,
      everRetained,
      isKnown,
      oldestRetainedAt: oldest?.at ?? null,
    };
  }
}

/** A watched object, held weakly, with what is known of it. */
export class WatchedRef extends WeakRef<object> {
  readonly group: Group;
  /** When it was handed in, ms since 1970. */
  readonly at: number;
  /** By the steady clock: not judged before. */
  readonly dueAt: number;
  /** The number of the major collection that it must have survived. */
  readonly dueMajor: number;
  state: 'watched' | 'retained' | 'gone' = 'watched';

  constructor(object: object, group: Group, at: number, dueAt: number, dueMajor: number) {
    super(object);
    this.group = group;
    this.at = at;
    this.dueAt = dueAt;
    this.dueMajor = dueMajor;
  }
}

/** Groups by label and class, so many at most. */
export class Groups {
  readonly #byLabel: Map<string, Map<string, Group>> = new Map();
  readonly #max: number;
  readonly #known: ReadonlySet<string>;
  readonly #all: Group[] = [];
  #other: Group | undefined;

  constructor(max: number, known: ReadonlySet<string>) {
    this.#max = max;
    this.#known = known;
  }

  /** The group of a label and a class; a stack is taken for its first object alone. */
  of(label: string, className: string): Group {
    const known = this.#byLabel.get(label)?.get(className);
    if (known !== undefined) return known;
    if (this.#all.length >= this.#max) {
      return (this.#other ??= new Group('(other)', '(other)', null, this.#known));
    }
    const group = new Group(label, className, siteOf(), this.#known);
    this.#all.push(group);
    let classes = this.#byLabel.get(label);
    if (classes === undefined) this.#byLabel.set(label, (classes = new Map()));
    classes.set(className, group);
    return group;
  }

  get all(): readonly Group[] {
    return this.#other === undefined ? this.#all : [...this.#all, this.#other];
  }
}
