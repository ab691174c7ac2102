import type { HeapSnapshot } from '../open.ts';
import { HeapView } from '../view.ts';
import { findCheapestPaths, type PathTree } from './cheapest-paths.ts';
import { ClassNames } from './class-names.ts';
import { EdgeLabels } from './edge-labels.ts';
import { type PlaceText, shortFile } from './file-names.ts';
import { findKnownPlaces, type KnownPlace } from './known-places.ts';
import { type CodePlace, type IsForeignScript, ScriptPlaces } from './locations.ts';
import { isShortened, NO_ORIGINALS, type OriginalNames } from './original-names.ts';
import { type OwnerPath, OwnerPaths } from './owner-paths.ts';
import { Scopes } from './scopes.ts';

export interface NamingOptions {
  /** Folder to which files are shown relative; default `''`: the last two parts of the path. */
  readonly root?: string;
  /** How a place of compiled code is written; default: file and line, source maps unread. */
  readonly placeText?: PlaceText;
  /** What shortened names were; default: nothing is known of them. */
  readonly names?: OriginalNames;
  /** Scripts to be treated as the runtime's own, such as those of the watcher; default: none. */
  readonly isForeign?: IsForeignScript;
  /** Whether keys of Maps and texts of the program may be shown; default: not. */
  readonly showStrings?: boolean;
}

/** Class names and places of one snapshot: what the older snapshots of a comparison need. */
export class ClassNaming {
  readonly view: HeapView;
  readonly places: ScriptPlaces;
  readonly names: OriginalNames;
  readonly classes: ClassNames;
  readonly showStrings: boolean;
  readonly #root: string;
  readonly #placeText: PlaceText;

  constructor(snapshot: HeapSnapshot, options: NamingOptions = {}) {
    this.showStrings = options.showStrings ?? false;
    this.#root = options.root ?? '';
    this.#placeText = options.placeText ?? (({ url, line }) => `${this.fileText(url)}:${line + 1}`);
    this.view = new HeapView(snapshot);
    this.places = new ScriptPlaces(this.view, options.isForeign ?? (() => false));
    this.names = options.names ?? NO_ORIGINALS;
    this.classes = new ClassNames(this.view, this.places, this.names, (place) => this.placeText(place));
  }

  /** `src/agent.ts:42`. */
  placeText(place: CodePlace): string {
    return this.#placeText(place);
  }

  fileText(url: string): string {
    return shortFile(url, this.#root);
  }
}

/** All of it, for the snapshot whose objects are to be named. **Cost:** one pass of cheapest paths over the graph. */
export class Namer extends ClassNaming {
  readonly labels: EdgeLabels;
  readonly scopes: Scopes;
  readonly known: ReadonlyMap<number, KnownPlace>;
  readonly paths: PathTree;
  readonly owners: OwnerPaths;

  constructor(snapshot: HeapSnapshot, options: NamingOptions = {}) {
    super(snapshot, options);
    this.labels = new EdgeLabels(this.view, this.showStrings, (owner, name) => this.#privateName(owner, name));
    this.scopes = new Scopes(this.view);
    this.known = findKnownPlaces(this.view, this.places, this.scopes, (url) => this.fileText(url));
    this.paths = findCheapestPaths(this.view, this.places, this.scopes, this.known);
    this.owners = new OwnerPaths({
      view: this.view,
      places: this.places,
      scopes: this.scopes,
      classes: this.classes,
      names: this.names,
      labels: this.labels,
      known: this.known,
      tree: this.paths,
      placeText: (place) => this.placeText(place),
    });
  }

  ownerOf(node: number): OwnerPath {
    return this.owners.of(node);
  }

  #privateName(owner: number, compiledName: string): string {
    const place = isShortened(compiledName.slice(1)) ? this.places.ofProgram(owner) : null;
    return place === null ? compiledName : this.names.ofPrivate(place, compiledName);
  }
}
