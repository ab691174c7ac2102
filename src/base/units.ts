/** Bytes and durations: read from what people write, written as people read them. Bytes are binary (1 KB = 1,024). */

const DURATION_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const QUANTITY = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)\s*$/i;

/** Milliseconds of `250`, `'30s'`, `'5m'`, `'1.5h'`; `undefined` when it is no duration. */
export function parseDuration(text: string | number): number | undefined {
  if (typeof text === 'number') return Number.isFinite(text) && text >= 0 ? text : undefined;
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const unit = match[2]!.toLowerCase();
  if (!Object.hasOwn(DURATION_UNITS, unit)) return undefined;
  const ms = Number(match[1]) * DURATION_UNITS[unit]!;
  return Number.isFinite(ms) ? ms : undefined;
}

const BYTE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  kb: 2 ** 10,
  kib: 2 ** 10,
  m: 2 ** 20,
  mb: 2 ** 20,
  mib: 2 ** 20,
  g: 2 ** 30,
  gb: 2 ** 30,
  gib: 2 ** 30,
  t: 2 ** 40,
  tb: 2 ** 40,
  tib: 2 ** 40,
};

/** Bytes of `65536`, `'64KB'`, `'1.5GB'`, rounded down to whole ones; `undefined` when it is no size. */
export function parseBytes(text: string | number): number | undefined {
  if (typeof text === 'number') return Number.isFinite(text) && text >= 0 ? Math.floor(text) : undefined;
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const unit = match[2]!.toLowerCase();
  if (!Object.hasOwn(BYTE_UNITS, unit)) return undefined;
  const bytes = Math.floor(Number(match[1]) * BYTE_UNITS[unit]!);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Bytes as `0 B`, `312 KiB`, `5.8 MiB`, `1.50 GiB`; keeps the sign. */
export function formatBytes(bytes: number): string {
  const sign = bytes < 0 ? '-' : '';
  const size = Math.abs(bytes);
  if (size < 1000) return `${sign}${Math.round(size)} B`;
  if (size < 1000 * 1024) return `${sign}${formatScaled(size / 1024)} KiB`;
  if (size < 1000 * 1024 ** 2) return `${sign}${formatScaled(size / 1024 ** 2)} MiB`;
  return `${sign}${(size / 1024 ** 3).toFixed(2)} GiB`;
}

/** A change of bytes, with its sign: `+312 KiB`, `-5.8 MiB`. */
export function formatChange(bytes: number): string {
  return `${bytes < 0 ? '' : '+'}${formatBytes(bytes)}`;
}

function formatScaled(value: number): string {
  return value < 9.95 ? value.toFixed(1) : String(Math.round(value));
}

/** Milliseconds as `850 ms`, `12 s`, `4 min 10 s`, `3 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < 995) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** A whole number with thousands separated: `2,013`. */
export function formatCount(count: number): string {
  // By hand: making an `Intl.NumberFormat` takes 13 ms, which every program under watch would pay at its start.
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}
