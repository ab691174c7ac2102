import type { CodePlace } from '../naming/locations.ts';
import type { OwnerPath } from '../naming/owner-paths.ts';
import type { Bound } from './bounds.ts';
import type { UnitFacts } from './unit-facts.ts';

/** One accused holder, in structured form. Classes are named as `ClassNames` does. */
export interface Suspect {
  /** Class of the object that holds the growth. */
  readonly holder: string;
  /** V8's id of it. */
  readonly holderId: number;
  /** How many more holders of the same class at the same path grow alike. */
  readonly alike: number;
  readonly owner: OwnerPath;
  /** Whole expression from the owner's variable to the units: `bus._events.tick[]`. */
  readonly expression: string;
  /** The holder's class is a place in the program. */
  readonly holderPlace: CodePlace | null;
  readonly unit: string;
  /** Units gained, net of those freed. */
  readonly count: number;
  readonly freed: number;
  /** Units below the holder in each snapshot, oldest first. */
  readonly totals: readonly number[];
  /** Net bytes gained. */
  readonly bytes: number;
  /** Share of all growth, 0 to 1. */
  readonly share: number;
  /** Net bytes gained in each part between the snapshots; empty with two snapshots. */
  readonly steps: readonly number[];
  readonly facts: UnitFacts;
  /** Path to the first link when the units are a chain that is held at its end. */
  readonly chainHead: string | null;
  /** Other owners of the same things. */
  readonly alsoHeldBy: readonly string[];
  readonly companions: readonly { readonly className: string; readonly count: number }[];
  readonly isShared: boolean;
  /** Whether what is held are modules that the program is loading: there are only so many. */
  readonly isLoading: boolean;
  /** A stated limit beside the holder that its units have not passed. */
  readonly bound: Bound | null;
  /** From a place the reader knows to one of the units, one hop an entry. */
  readonly hops: readonly string[];
  /** Texts that pile up, cut off; empty unless strings may be shown. */
  readonly examples: readonly string[];
}

/** A class whose number grew. */
export interface ClassGrowth {
  readonly className: string;
  readonly counts: readonly number[];
}

/** What grew between two or three snapshots of one process. */
export interface Growth {
  /** Net bytes gained, all owners together. */
  readonly bytes: number;
  /** Net bytes gained up to the middle snapshot; `null` with two snapshots. */
  readonly middleBytes: number | null;
  /** Bytes gained that several owners hold together. */
  readonly sharedBytes: number;
  /** Share of the bytes born in the first part that lived to the last snapshot; `null` with two snapshots. */
  readonly survival: number | null;
  /** Most telling first, at most ten. */
  readonly suspects: readonly Suspect[];
  /** Classes that grew most, at most twelve. */
  readonly classes: readonly ClassGrowth[];
}
