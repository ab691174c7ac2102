/** Which strings of a snapshot stay as they are, which are cut to what is no secret, and which are replaced. */
import { isAuthoredKey, isAuthoredName } from '../naming/authored.ts';
import { ROLE } from './roles.ts';
import { isCommonWord, isEngineName, isInternalEdge } from './vocabulary.ts';

/** V8 draws a WeakMap's entry with the names of key and value in the edge's own name; numbers tell who they are. */
const WEAK_MAP_PAIR =
  /^(\d+ \/ part of key \().*( @(?:\d+|%u)\) -> value \().*( @(?:\d+|%u)\) pair in WeakMap \(table @(?:\d+|%u)\))$/s;

const LONG_NUMBER = /^\d{4,}$/;

/** The global object is called by its realm, which may be the URL of a page. */
const GLOBAL_OBJECT = /^(global|Object|Window)\b.*(\[JSGlobalObject\])$/s;

/**
 * What may stand in place of `text` without saying anything of the program's data: the text itself, or what is left of it
 * when the data are taken out; `null` when nothing may.
 */
export function keptText(text: string, roles: number, keepNames: boolean): string | null {
  // Slots of tables are numbers, and so may be a value's text: one that is long enough to be a secret goes.
  if ((roles & ROLE.CONTENT) !== 0 && LONG_NUMBER.test(text)) return null;
  if (isCommonWord(text)) return text;
  if ((roles & (ROLE.ENGINE | ROLE.CODE)) !== 0 && isEngineName(text)) return text;
  if ((roles & ROLE.INTERNAL) !== 0) {
    if (isInternalEdge(text)) return text;
    const pair = WEAK_MAP_PAIR.exec(text);
    if (pair !== null) return `${pair[1]}key${pair[2]}value${pair[3]}`;
  }
  const global = (roles & ROLE.CLASS) === 0 ? null : GLOBAL_OBJECT.exec(text);
  if (global !== null) return `${global[1]} ${global[2]}`;
  return keepNames ? keptName(text, roles) : null;
}

/** Names that an author wrote; of what looks like data nothing, whatever it is used for. */
function keptName(text: string, roles: number): string | null {
  if ((roles & (ROLE.CLASS | ROLE.FUNCTION | ROLE.CODE)) !== 0) {
    const name = text.replace(/^(?:(?:get|set|bound|async) )+/, '');
    if (isAuthoredName(name)) return text;
  }
  if ((roles & ROLE.VARIABLE) !== 0 && isAuthoredName(text)) return text;
  const isKey = (roles & ROLE.KEY) !== 0;
  if ((roles & ROLE.PROPERTY) !== 0 && !isKey) {
    const symbol = /^<symbol (.+)>$/s.exec(text)?.[1];
    if (isAuthoredKey(symbol ?? text)) return text;
  }
  return (roles & ROLE.CODE) === 0 ? null : scriptPath(text);
}

/** Where a script stands, without user, password and query; `null` for one that holds its own text, or has no place. */
function scriptPath(text: string): string | null {
  const [, origin = '', rest = text] = /^([a-z][a-z+.-]*:\/\/[^/?#]*)?(.*)$/is.exec(text) ?? [];
  const path = rest.replace(/[?#].*$/s, '');
  const isFile = /^(?:\/|[A-Za-z]:[\\/]|node:)[\w\-./@+\\:~ ]*\.?\w*$/.test(path);
  if (!isFile) return null;
  return `${origin.replace(/\/\/[^/]*@/, '//')}${path}`;
}
