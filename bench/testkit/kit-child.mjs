// `kit-child.mjs ENTRY KIND NAME`: one control under the kit, its verdict as JSON.
import { innocents, leaks } from './controls.mjs';

const [entry, kind, name] = process.argv.slice(2);
const { measureLeak } = await import(entry);
const { work, end } = { leaks, innocents }[kind][name]();
const { verdict, leaks: named, durationMs } = await measureLeak(work, { name });
end?.();
console.log(`\n${JSON.stringify({ verdict, named: named.length > 0, ms: durationMs })}`);
