// Which scenarios there are: every folder beside this one with a run.mjs.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** In this order; others follow by name. */
const ORDER = ['thread-store', 'gateway', 'hardened-cache', 'session-broker', 'client-cache'];

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} program Its run.mjs.
 * @property {string} title
 * @property {string} about A paragraph for the page.
 * @property {readonly string[]} sizes Loads it has besides the whole: `small`, `long`.
 * @property {readonly string[]} runtimes Where its Plimsoll form runs, besides Node.js.
 */

/**
 * @param {string} folder
 * @returns {Promise<Scenario[]>}
 */
export async function listScenarios(folder) {
  const names = fs.readdirSync(folder).filter((name) => fs.existsSync(path.join(folder, name, 'run.mjs')));
  const place = (name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  names.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  return Promise.all(names.map((name) => readScenario(path.join(folder, name), name)));
}

/** A scenario may say more of itself in an about.mjs. */
async function readScenario(folder, name) {
  const file = path.join(folder, 'about.mjs');
  const own = fs.existsSync(file) ? await import(pathToFileURL(file).href) : {};
  const { title = name, about = '', sizes = [], runtimes = [] } = own;
  return { name, program: path.join(folder, 'run.mjs'), title, about, sizes, runtimes };
}
