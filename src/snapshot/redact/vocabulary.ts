/**
 * Words that are the same in every program: those of the engine, of the language and of Node.js. They tell nothing of the
 * program, and without them neither a person nor a tool could find their way in a snapshot.
 */

/** Names of the kinds of nodes that stand for values, and of what V8 marks by itself. */
const FIXED = [
  '',
  'symbol',
  'private symbol',
  'bigint',
  'heap number',
  'smi number',
  'number',
  '(not interpretable)',
  'native_bind',
  '__proto__',
  'constructor',
  'prototype',
  'this',
  'new.target',
  'arguments',
  'global',
  'globalThis',
  'process',
  'require',
  'module',
  'exports',
  '__filename',
  '__dirname',
];

/** Classes and fields of Node.js by which timers, listeners, streams and modules are known. */
const NODE_WORDS =
  'Timeout Immediate ImmediateList TimersList Timer _idleNext _idlePrev _idleTimeout _idleStart _onTimeout _repeat ' +
  '_onImmediate _argv timerListMap timerListQueue immediateQueue kEvents kListener EventEmitter EventTarget Event Listener ' +
  'AbortSignal AbortController _events _eventsCount _maxListeners listener Readable Writable Duplex Transform Stream ' +
  'ReadableState WritableState BufferList _readableState _writableState pipes buffer buffered head tail next prev Socket ' +
  'TLSSocket Server Agent ClientRequest IncomingMessage ServerResponse HTTPParser TCP Pipe TTY FSReqCallback ReadStream ' +
  'WriteStream FileHandle FSWatcher StatWatcher ChildProcess Worker MessagePort MessageChannel PerformanceObserver Gzip ' +
  'Gunzip Inflate Deflate Zlib Buffer FastBuffer Module BuiltinModule ModuleWrap ModuleJob ModuleLoader LoadCache _cache ' +
  'children loaded filename paths parent AsyncLocalStorage AsyncResource kResourceStore URL URLSearchParams TextEncoder ' +
  'TextDecoder Blob File FormData Headers Request Response Console';

/** Intrinsic objects of the language, named here and not found through the global object: that one is the program's. */
const INTRINSICS: readonly object[] = [
  Object,
  Function,
  Array,
  String,
  Number,
  Boolean,
  Symbol,
  BigInt,
  Math,
  JSON,
  Reflect,
  Proxy,
  Promise,
  RegExp,
  Date,
  Map,
  Set,
  WeakMap,
  WeakSet,
  WeakRef,
  FinalizationRegistry,
  ArrayBuffer,
  SharedArrayBuffer,
  DataView,
  Atomics,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  Error,
  AggregateError,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  Intl,
];

const MORE_CLASSES =
  'Generator GeneratorFunction AsyncFunction AsyncGenerator AsyncGeneratorFunction Iterator AsyncIterator Arguments ' +
  'WebAssembly Window Document';

let words: ReadonlySet<string> | undefined;

/** Whether a text is a word of the engine, the language or Node.js. **Cost:** some thousand names, the first time. */
export function isCommonWord(text: string): boolean {
  words ??= new Set([...FIXED, ...NODE_WORDS.split(' '), ...MORE_CLASSES.split(' '), ...languageNames()]);
  return words.has(text) || SYMBOLS.test(text);
}

/** Well-known symbols as V8 writes them for a property. */
const SYMBOLS = /^(?:<symbol |get \[|\[)Symbol\.[a-zA-Z]+(?:>|\])$/;

function* languageNames(): Generator<string> {
  for (const object of INTRINSICS) {
    const { name, prototype } = object as { readonly name?: unknown; readonly prototype?: unknown };
    if (typeof name === 'string') yield name;
    yield* ownNames(object);
    if (typeof prototype === 'object' && prototype !== null) yield* ownNames(prototype);
  }
  yield 'Math';
  yield 'JSON';
  yield 'Reflect';
  yield 'Atomics';
  yield 'Intl';
}

function* ownNames(object: object): Generator<string> {
  for (const name of Object.getOwnPropertyNames(object)) {
    yield name;
    yield `get ${name}`;
    yield `set ${name}`;
  }
}

/** Names of what is the engine's own or the embedder's, by their form. */
const ENGINE_NAMES = [
  /^system(?: \/ [A-Za-z]+(?: \([A-Za-z]+\))?)?$/,
  /^Node \/ [\w:]+$/,
  /^C\+\+[\w -]* roots$/,
  /^\([A-Za-z][A-Za-z -]*\)$/,
  /^<instance_members_initializer>$/,
  /^<static_initializer>$/,
];

export function isEngineName(text: string): boolean {
  return ENGINE_NAMES.some((form) => form.test(text));
}

/** Names of edges that V8 draws for itself: words of its own source, and the slots of tables. */
export function isInternalEdge(text: string): boolean {
  return /^(?:\d{1,10}|[A-Za-z_][\w ]{0,60})$/.test(text);
}
