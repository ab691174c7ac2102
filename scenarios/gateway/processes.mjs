// The model and the gateway as processes, and how the gateway is asked.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ACCEPTED } from './measure.mjs';

const START_MS = 20_000;
const fileOf = (name) => fileURLToPath(new URL(name, import.meta.url));

/** A process did not start, or did not answer. */
export class ScenarioFailure extends Error {
  name = 'ScenarioFailure';
}

/** Starts the model; gives its address, what sets its mode, what tells how often it was asked to complete something, and what ends it. */
export async function startModel() {
  const child = spawn(process.execPath, [fileOf('upstream.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = await firstLine(child, 'the model');
  const setMode = (mode) => fetch(`${url}/mode`, { method: 'POST', body: JSON.stringify({ mode }) });
  const calls = async () => Number(await (await fetch(`${url}/calls`)).text());
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return { url, setMode, calls, end };
}

/** One form of the gateway, running. */
export class GatewayProcess {
  #child;
  #asked = 0;
  #log = '';

  /** @param {import('node:child_process').ChildProcess} child @param {string} url @param {string} token */
  constructor(child, url, token) {
    this.#child = child;
    this.url = url;
    this.token = token;
    /** @type {Promise<{ status: number | null, signal: NodeJS.Signals | null }>} */
    this.ended = new Promise((resolve) => child.once('close', (status, signal) => resolve({ status, signal })));
    child.stderr.setEncoding('utf8').on('data', (text) => (this.#log += text));
  }

  /** @param {'naive' | 'plimsoll'} form @param {string} modelUrl @param {Record<string, string>} [env] @param {string[]} [flags] */
  static async start(form, modelUrl, env = {}, flags = []) {
    const token = 'a-token-for-this-run-alone';
    const child = fork(fileOf('service.mjs'), [form], {
      execArgv: ['--expose-gc', ...flags],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, PORT: '0', MODEL_URL: modelUrl, SYSTEM_TOKEN: token, LOG_LEVEL: 'debug', ...env },
    });
    return new GatewayProcess(child, await firstLine(child, `the gateway (${form})`), token);
  }

  /** All that it has written to its log. */
  get log() {
    return this.#log;
  }

  /** The clients' ends of all connections that it had accepted, when it has ended. */
  get accepted() {
    const line = this.#log.split('\n').findLast((text) => text.startsWith(ACCEPTED));
    return new Set(line?.slice(ACCEPTED.length).split(' ').map(Number));
  }

  /** Asks one of the questions of measure.mjs. */
  async ask(question, given) {
    const id = ++this.#asked;
    this.#child.send({ id, ask: question, given });
    return new Promise((resolve, reject) => {
      const onAnswer = (message) => {
        if (message.id !== id) return;
        done();
        resolve(message.answer);
      };
      const onExit = () => {
        done();
        reject(new ScenarioFailure(`the gateway ended instead of answering \`${question}\``));
      };
      const done = () => void this.#child.off('message', onAnswer).off('exit', onExit);
      this.#child.on('message', onAnswer).once('exit', onExit);
    });
  }

  /** One call of the system API: its status and what it says. */
  async system(path, action) {
    const headers = { authorization: `Bearer ${this.token}`, connection: 'close' };
    const init =
      action === undefined ? { headers } : { method: 'POST', headers: { ...headers, 'x-plimsoll-action': action } };
    const response = await fetch(`${this.url}/api/system/${path}`, init);
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
  }

  signal(name) {
    this.#child.kill(name);
  }

  async kill() {
    this.signal('SIGKILL');
    await this.ended;
  }
}

/** @param {import('node:child_process').ChildProcess} child */
async function firstLine(child, name) {
  let complaint = '';
  const hear = (text) => (complaint += text);
  child.stderr?.on('data', hear);
  const said = await Promise.race([
    once(child.stdout, 'data').then(([text]) => String(text).trim()),
    once(child, 'exit').then(() => undefined),
    new Promise((resolve) => setTimeout(resolve, START_MS, undefined).unref()),
  ]);
  child.stderr?.off('data', hear);
  if (said?.startsWith('http://')) return said;
  child.kill('SIGKILL');
  throw new ScenarioFailure(`${name} did not start: ${complaint.trim() || said || 'it said nothing'}`);
}
