/** What keys are called in Redis. */
import { invalidOption, readName } from '../../base/options.ts';

/**
 * Names of one namespace: `ns::key` for entries, `ns:#tag` for generations. No namespace has `::` or `#` in it, or ends with `:`,
 * so no name of one can be a name of another.
 */
export class Names {
  readonly namespace: string;
  /** What the names of its entries begin with. */
  readonly prefix: string;
  /** What all its names begin with; and those of `ns:other`. */
  readonly allPrefix: string;

  constructor(namespace: unknown) {
    this.namespace = readNamespace(namespace);
    this.prefix = `${this.namespace}::`;
    this.allPrefix = `${this.namespace}:`;
  }

  entry(key: string): string {
    return `${this.prefix}${key}`;
  }

  generation(tag: string): string {
    return `${this.allPrefix}#${tag}`;
  }

  /** In the slot of the entry, so that one script may see both. */
  lease(key: string): string {
    const entry = this.entry(key);
    return hasHashTag(entry) ? `${entry}#lease` : `{${entry}}#lease`;
  }

  /** A pattern for SCAN that finds the entries of this namespace and no others. */
  get pattern(): string {
    return `${this.prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
  }

  get channel(): string {
    return `${this.allPrefix}#bus`;
  }

  /** What an announced key is to us. */
  read(name: string): { readonly key: string } | { readonly tag: string } | undefined {
    if (name.startsWith(this.prefix)) return { key: name.slice(this.prefix.length) };
    return name.startsWith(`${this.allPrefix}#`) ? { tag: name.slice(this.allPrefix.length + 1) } : undefined;
  }
}

function hasHashTag(name: string): boolean {
  const open = name.indexOf('{');
  return open >= 0 && name.indexOf('}', open) > open + 1;
}

function readNamespace(value: unknown): string {
  const namespace = readName('namespace', value);
  if (/::|#|:$/.test(namespace)) {
    throw invalidOption('namespace', "a text without '::' and '#' that does not end with ':'", namespace);
  }
  return namespace;
}
