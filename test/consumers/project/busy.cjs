// A module that does everything a library should leave undone when it is loaded.
require('node:fs').patched = () => {};
process.on('SIGUSR2', () => {});
setTimeout(() => {}, 1000).unref();
Reflect.set(Array.prototype, 'mine', 1);
globalThis.leftBehind = process.env.HOME;
new PerformanceObserver(() => {}).observe({ entryTypes: ['gc'] });
