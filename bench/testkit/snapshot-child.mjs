// `snapshot-child.mjs KIND NAME FOLDER CALLS STEPS`: a snapshot after every so many calls of a control's work.
import path from 'node:path';
import v8 from 'node:v8';
import { innocents, leaks } from './controls.mjs';

const [kind, name, folder, calls, steps] = process.argv.slice(2);
const { work, end } = { leaks, innocents }[kind][name]();
let call = 0;
for (let step = 1; step <= Number(steps); step++) {
  for (let i = 0; i < Number(calls); i++) await work(call++);
  // What settles late has settled.
  await new Promise((resolve) => setTimeout(resolve, 200));
  v8.writeHeapSnapshot(path.join(folder, `s${step}.heapsnapshot`));
}
end?.();
