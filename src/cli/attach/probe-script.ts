import fs from 'node:fs';
import { type AttachRequest, ATTACHED_SCRIPT } from '../../diagnose/wire.ts';

/** Made by the build: all that the probe needs in one CommonJS script. */
const BUNDLE = new URL('./attached-probe.js', import.meta.url);

let bundle: string | undefined;

/**
 * An expression that puts the thread in which it is evaluated under watch, and gives its answer. It takes the runtime's
 * own modules from the process and not from `require`, which ES modules and workers do not have.
 */
export function attachExpression(request: AttachRequest): string {
  bundle ??= fs.readFileSync(BUNDLE, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
  return `((require, module) => {
if (typeof require !== 'function') return { state: 'old', node: process.version };
${bundle}
return module.exports.attach(${JSON.stringify(request)});
})(process.getBuiltinModule, { exports: {} })
//# sourceURL=${ATTACHED_SCRIPT}`;
}
