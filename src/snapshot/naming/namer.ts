import type { HeapSnapshot } from '../open.ts';
import { HeapView } from '../view.ts';
import { findCheapestPaths, type PathTree } from './cheapest-paths.ts';
import { ClassNames } from './class-names.ts';
import { EdgeLabels } from './edge-labels.ts';
import { shortFile } from './file-names.ts';
import { findKnownPlaces, type KnownPlace } from './known-places.ts';
import { type CodePlace, type IsForeignScript, ScriptPlaces } from './locations.ts';
import { type OwnerPath, OwnerPaths } from './owner-paths.ts';
import { Scopes } from './scopes.ts';

export interface NamingOptions {
  /** Folder to which files are shown relative; default `''`: the last two parts of the path. */
  readonly root?: string;
  /** Original place of compiled code (a source map); default: the place itself. */
  readonly resolve?: (place: CodePlace) => CodePlace;
  /** Scripts to be treated as the runtime's own, such as those of the watcher; default: none. */
  readonly isForeign?: IsForeignScript;
}

/** Class names and places of one snapshot: what the older snapshots of a comparison need. */
export class ClassNaming {
  readonly view: HeapView;
  readonly places: ScriptPlaces;
  readonly classes: ClassNames;
  readonly #root: string;
  readonly #resolve: (place: CodePlace) => CodePlace;

  constructor(snapshot: HeapSnapshot, options: NamingOptions = {}) {
    this.#root = options.root ?? '';
    this.#resolve = options.resolve ?? ((place) => place);
    this.view = new HeapView(snapshot);
    this.places = new ScriptPlaces(this.view, options.isForeign ?? (() => false));
    this.classes = new ClassNames(this.view, this.places, (place) => this.placeText(place));
  }

  /** `src/agent.ts:42`, source maps followed. */
  placeText(place: CodePlace): string {
    const original = this.#resolve(place);
    return `${this.fileText(original.url)}:${original.line + 1}`;
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
    this.labels = new EdgeLabels(this.view);
    this.scopes = new Scopes(this.view);
    this.known = findKnownPlaces(this.view, this.places, this.scopes, (url) => this.fileText(url));
    this.paths = findCheapestPaths(this.view, this.places, this.scopes, this.known);
    this.owners = new OwnerPaths({
      view: this.view,
      places: this.places,
      scopes: this.scopes,
      classes: this.classes,
      labels: this.labels,
      known: this.known,
      tree: this.paths,
      placeText: (place) => this.placeText(place),
    });
  }

  ownerOf(node: number): OwnerPath {
    return this.owners.of(node);
  }
}
