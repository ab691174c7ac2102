import { type CodePlace, type OwnerPath, shortFile } from '../../snapshot/index.ts';
import { LONGEST_WRITTEN, SourcePlaces } from './source-places.ts';

export interface PlacesOptions {
  /** Folder to which files are shown relative. */
  readonly root: string;
  /** Default: source maps are read beside the scripts. */
  readonly sources?: SourcePlaces;
  /** Scripts that are the watcher's own; default: none. */
  readonly isWatcherScript?: (url: string) => boolean;
  /** Whether keys and texts of the program may be shown; default: not. */
  readonly showStrings?: boolean;
}

/** How places in the program's source are found and written: files inside `root` relative to it, source maps followed. */
export class Places {
  readonly sources: SourcePlaces;
  readonly root: string;
  readonly #isWatcherScript: (url: string) => boolean;

  constructor(options: PlacesOptions) {
    this.root = options.root;
    this.sources = options.sources ?? new SourcePlaces();
    this.#isWatcherScript = options.isWatcherScript ?? (() => false);
  }

  readonly resolve = (place: CodePlace): CodePlace => this.sources.resolve(place);

  readonly fileText = (url: string): string => shortFile(url, this.root);

  /** `src/agent.ts:42`; where a line is a whole bundle, the column too. */
  readonly placeText = (place: CodePlace): string => {
    const { url, line, column } = this.resolve(place);
    const isLong = (this.sources.linesOf(url)?.[line]?.length ?? 0) > LONGEST_WRITTEN;
    return `${this.fileText(url)}:${line + 1}${isLong ? `:${column + 1}` : ''}`;
  };

  readonly isProgramScript = (url: string): boolean =>
    url !== '' && !url.startsWith('node:') && !this.#isWatcherScript(url);

  /** The declaration of a name in the file around a place; `null` when it is not found. */
  findDeclaration(near: CodePlace, name: string): CodePlace | null {
    const { url } = this.resolve(near);
    const found = this.sources.declarationOf(url, name);
    return found === null ? null : { url, ...found };
  }

  /** Where the variable is declared at which a path begins; else the name of the place it begins at. */
  ofOwner(owner: OwnerPath): string {
    const scope = owner.scope?.place ?? null;
    if (scope === null || !this.isProgramScript(scope.url)) return owner.head;
    return this.placeText(this.findDeclaration(scope, owner.variable) ?? scope);
  }
}
