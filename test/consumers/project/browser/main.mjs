// The programs of the entries that need no Node.js, in a page; `programs.mjs` lists them and is written by the test.
import { complaints } from '../problems.cjs';
import { programs } from './programs.mjs';

window.problems = {};
for (const [entry, program] of Object.entries(programs)) {
  window.problems[entry] = await complaints(program).catch((error) => [String(error.stack)]);
}
document.title = 'done';
