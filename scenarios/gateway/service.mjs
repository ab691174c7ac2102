#!/usr/bin/env node
// The gateway as a process: `node service.mjs naive|plimsoll`, by PORT (0: any), MODEL_URL, SYSTEM_TOKEN,
// MODEL_PATIENCE (ms), LOG_LEVEL (`debug`) and GATEWAY_FAULTS (faults.mjs). Prints its address. Whoever started it with a channel may ask it for figures: see measure.mjs.
import { createToken } from 'plimsoll/system';
import { answerQuestions } from './measure.mjs';

/**
 * @typedef {object} Gateway
 * @property {import('node:http').Server} server
 * @property {import('./model.mjs').Model} model
 * @property {() => number} entries In all stores together.
 *
 * @callback StartGateway
 * @param {{ port: number, modelUrl: string, token: string, patience: number, logger: import('plimsoll/cache').Logger }} options
 * @returns {Gateway}
 */

const log = (level) => (fields, message) => process.stderr.write(`${JSON.stringify({ level, message, ...fields })}\n`);
const logger = {
  debug: process.env.LOG_LEVEL === 'debug' ? log('debug') : () => {},
  warn: log('warn'),
  error: log('error'),
};

const form = process.argv[2] ?? 'plimsoll';
const {
  PORT = '8080',
  MODEL_URL: modelUrl,
  SYSTEM_TOKEN: token = createToken(),
  MODEL_PATIENCE = '30000',
} = process.env;
if (!['naive', 'plimsoll'].includes(form) || modelUrl === undefined) {
  console.error('gateway: expected `naive` or `plimsoll`, and MODEL_URL in the environment');
  process.exit(2);
}
/** @type {{ startGateway: StartGateway }} */
const { startGateway } = await import(`./${form}.mjs`);
const options = { port: Number(PORT), modelUrl, token, patience: Number(MODEL_PATIENCE), logger };
const gateway = startGateway(options);
gateway.server.once('error', (error) => {
  console.error(
    `gateway: ${error.code === 'EADDRINUSE' ? `port ${PORT} is in use; set PORT to another one` : error.message}`,
  );
  process.exit(1);
});
gateway.server.once('listening', () => console.log(`http://127.0.0.1:${gateway.server.address().port}`));
answerQuestions(gateway);
if (process.env.GATEWAY_FAULTS === '1') (await import('./faults.mjs')).injectFaults();
