// Runs a block of the docs, the module that is its argument, and gives it some turns of the event loop.
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import './given.mjs';

await import(pathToFileURL(process.argv[2]).href);
await pause(50);
process.exit();
