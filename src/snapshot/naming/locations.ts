import { type HeapView, WORD } from '../view.ts';

/** A place in a script, as the engine knows it: compiled code, line and column from 0. */
export interface CodePlace {
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** Scripts that are the runtime's or the watcher's own, not the program's. */
export type IsForeignScript = (url: string) => boolean;

/** Which script and line the code of functions and of class instances stands in. */
export class ScriptPlaces {
  readonly #view: HeapView;
  readonly #urlOf = new Map<number, string>();
  readonly #isForeign: IsForeignScript;

  constructor(view: HeapView, isForeign: IsForeignScript) {
    this.#view = view;
    this.#isForeign = isForeign;
    this.#readScripts();
  }

  /** The file carries script ids with lines; the script's name stands in the graph, behind any closure of it. */
  #readScripts(): void {
    const { graph } = this.#view;
    for (let node = 0; node < graph.nodeCount; node++) {
      if (graph.nodeType[node] !== graph.nodeTypes.closure) continue;
      const script = graph.locations.scriptOf(node);
      if (script < 0 || this.#urlOf.has(script)) continue;
      const url = this.#scriptName(node);
      if (url !== '') this.#urlOf.set(script, url);
    }
  }

  #scriptName(closure: number): string {
    const view = this.#view;
    const shared = view.internal(closure, WORD.shared);
    if (shared < 0) return '';
    let script = view.internal(shared, WORD.scriptOrDebugInfo, WORD.script);
    if (script < 0) return '';
    if (view.nameOf(script).startsWith('system / DebugInfo')) {
      script = view.internal(script, WORD.script, WORD.scriptOrDebugInfo);
    }
    return script < 0 ? '' : scriptUrl(view.nameOf(script));
  }

  /** Where the node's code stands; `null` when the snapshot does not tell. */
  of(node: number): CodePlace | null {
    const { locations } = this.#view.graph;
    const url = this.#urlOf.get(locations.scriptOf(node));
    if (url === undefined) return null;
    return { url, line: locations.lineOf(node), column: locations.columnOf(node) };
  }

  /** As {@link of}, for code of the program only. */
  ofProgram(node: number): CodePlace | null {
    const place = this.of(node);
    return place !== null && this.isProgramScript(place.url) ? place : null;
  }

  isProgramScript(url: string): boolean {
    return url !== '' && !url.startsWith('node:') && !this.#isForeign(url);
  }
}

/** Newer engines prefix the script's name. */
function scriptUrl(name: string): string {
  return name.startsWith('system / Script') ? name.replace(/^system \/ Script( \/ )?/, '') : name;
}
