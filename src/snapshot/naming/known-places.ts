import { type HeapView, WORD } from '../view.ts';
import type { ScriptPlaces } from './locations.ts';
import type { Scopes } from './scopes.ts';

/** A place that a reader knows by name. */
export interface KnownPlace {
  /** `module src/a.mjs`, `node:events`, `globalThis`. */
  readonly text: string;
  /** Script of a module of the program's; `null` for others. */
  readonly url: string | null;
}

/**
 * Places that a reader knows by name, where a retaining path may begin: cached CommonJS modules, scopes of ES
 * modules, the runtime's own modules, `globalThis`, `process`. Without them paths start in some closure of the
 * runtime that nobody has heard of.
 */
export function findKnownPlaces(
  view: HeapView,
  places: ScriptPlaces,
  scopes: Scopes,
  fileText: (url: string) => string,
): Map<number, KnownPlace> {
  const known = new Map<number, KnownPlace>();
  const moduleFiles = new Map<number, string>();
  const { graph } = view;
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.nodeType[node] !== graph.nodeTypes.object || !view.isReachable(node)) continue;
    const name = view.nameOf(node);
    if (name.includes('[JSGlobalObject]')) {
      known.set(node, { text: name.startsWith('Window') ? 'window' : 'globalThis', url: null });
      continue;
    }
    switch (name) {
      case 'BuiltinModule':
        addBuiltin(view, node, known);
        break;
      case 'Module':
        addModuleFile(view, node, moduleFiles);
        break;
      case 'process':
        known.set(node, { text: 'process', url: null });
        break;
      case 'global':
      case 'globalThis':
      case 'Object / ':
        known.set(node, { text: 'globalThis', url: null });
        break;
      default:
    }
  }
  addCachedModules(view, moduleFiles, known, fileText);
  addModuleScopes(view, places, scopes, known, fileText);
  return known;
}

function addBuiltin(view: HeapView, node: number, known: Map<number, KnownPlace>): void {
  const id = view.property(node, 'id');
  const exported = view.property(node, 'exports');
  if (id < 0 || exported < 0 || view.graph.nodeType[exported] !== view.graph.nodeTypes.object) return;
  known.set(exported, { text: `node:${view.nameOf(id)}`, url: null });
}

function addModuleFile(view: HeapView, node: number, files: Map<number, string>): void {
  const file = view.property(node, 'filename');
  if (file >= 0) files.set(node, view.nameOf(file));
}

/** A module is cached when some object holds it under its own file name. */
function addCachedModules(
  view: HeapView,
  files: ReadonlyMap<number, string>,
  known: Map<number, KnownPlace>,
  fileText: (url: string) => string,
): void {
  const { graph } = view;
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.nodeType[node] !== graph.nodeTypes.object) continue;
    for (let e = graph.firstEdge[node]!, end = graph.firstEdge[node + 1]!; e < end; e++) {
      if (graph.edgeType[e] !== graph.edgeTypes.property) continue;
      const target = graph.edgeTo[e]!;
      const file = files.get(target);
      if (file !== undefined && view.edgeText(e) === file)
        known.set(target, { text: `module ${fileText(file)}`, url: file });
    }
  }
}

function addModuleScopes(
  view: HeapView,
  places: ScriptPlaces,
  scopes: Scopes,
  known: Map<number, KnownPlace>,
  fileText: (url: string) => string,
): void {
  for (const [context, closure] of scopes.entries()) {
    const extension = view.internal(context, WORD.extension);
    if (extension < 0 || !view.isReachable(context)) continue;
    if (!view.nameOf(extension).includes('SourceTextModule')) continue;
    const place = places.ofProgram(closure);
    if (place !== null) known.set(context, { text: `module ${fileText(place.url)}`, url: place.url });
  }
}
