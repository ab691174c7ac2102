/** Folders say where a program is installed, and nothing of what leaks. */
function fileName(site: string): string {
  return site.replace(/^.*[\\/]/, '');
}

/**
 * A short stable name of a kind of watched object: 53 bits, enough to tell some thousand groups apart. The column is left out, and
 * the folders, so that it is the same on another machine.
 */
export function fingerprintOf(label: string, className: string, site: string | null): string {
  const place = site === null ? '' : fileName(site).replace(/:\d+$/, '');
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  const text = JSON.stringify([label, className, place]);
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 2654435761);
    b = Math.imul(b ^ text.charCodeAt(i), 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return ((b >>> 0) * 2 ** 21 + (a >>> 11)).toString(36).padStart(11, '0');
}
