/** Options that put code between a file and V8: only such code makes scripts whose source is nowhere on disk. */
const LOADING_OPTION = /^(--import|--loader|--experimental-loader|--require|-r)(=|$)/;
/** What Node.js itself loads as it stands on disk. */
const PLAIN_EXTENSIONS = new Set(['.js', '.mjs', '.cjs', '.json', '.node', '']);

/** How a program loads its code. */
export interface Loading {
  /** `process.execArgv`. */
  readonly execArgv: readonly string[];
  /** Words of `NODE_OPTIONS`. */
  readonly nodeOptions: readonly string[];
  /** Extensions that `require` knows by now. */
  readonly extensions: readonly string[];
}

/**
 * Whether scripts of the program may exist in memory only, as with tsx, ts-node and their like. Asking V8 for their
 * maps costs a plain program 15 ms and half a MiB for nothing.
 */
export function mayCompileInMemory({ execArgv, nodeOptions, extensions }: Loading): boolean {
  // One of the words of NODE_OPTIONS is the preload itself.
  const loaders = nodeOptions.filter((word) => LOADING_OPTION.test(word)).length;
  return (
    loaders > 1 ||
    execArgv.some((word) => LOADING_OPTION.test(word)) ||
    extensions.some((extension) => !PLAIN_EXTENSIONS.has(extension))
  );
}
