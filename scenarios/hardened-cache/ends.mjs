// How the dashboard's process ends, by each signal and error, beside one that asked for nothing.
import { Shutdown } from 'plimsoll/scope';
import { runToEnd } from '../frame/run-to-end.mjs';

const SERVICE = new URL('service.mjs', import.meta.url).pathname;
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGUSR2'];

/** Starts it, sends it `signals` one after the other, each when it has said what is waited for. */
async function endOf(mode, { way, signals = [], until = ['up'] }) {
  const args = ['--inspect-port=0', SERVICE, mode, ...(way === undefined ? [] : [way])];
  let said = '';
  let sent = 0;
  const onText = (text, child) => {
    said += text;
    while (sent < signals.length && said.includes(until[sent])) child.kill(signals[sent++]);
  };
  const { status, signal } = await runToEnd(process.execPath, args, { onText });
  const disposed = /disposed (\d+)/.exec(said)?.[1];
  return { ending: `${signal ?? status}, ${disposed === undefined ? 'silent' : `${disposed} disposed`}`, said };
}

/** @param {import('../frame/outcome.mjs').Checks} checks In real time. */
export async function checkEnds(checks) {
  for (const signal of SIGNALS) {
    const asked = await endOf('asked', { signals: [signal] });
    checks.equal(`ended by ${signal}, when asked to clean up`, `${signal}, 40 disposed`, asked.ending);
    const untouched = await endOf('untouched', { signals: [signal] });
    checks.equal(`ended by ${signal}, when asked for nothing`, `${signal}, silent`, untouched.ending);
  }
  for (const [way, what] of [
    ['throw', 'an uncaught exception'],
    ['reject', 'an unhandled rejection'],
  ]) {
    checks.equal(`ended by ${what}, when asked`, '1, 40 disposed', (await endOf('asked', { way })).ending);
    checks.equal(
      `ended by ${what}, when asked for nothing`,
      '1, 0 disposed',
      (await endOf('untouched', { way })).ending,
    );
  }
  const inspected = await endOf('asked', { signals: ['SIGUSR1', 'SIGTERM'], until: ['up', 'Debugger listening'] });
  checks.equal(
    'SIGUSR1 opens the inspector, SIGTERM ends it then',
    [true, 'SIGTERM, 40 disposed'],
    [inspected.said.includes('Debugger listening'), inspected.ending],
  );
  checks.equal(
    'SIGUSR1 as a signal to end by',
    'PLIM_ERR_OPTION_INVALID',
    codeOf(() => new Shutdown({ signals: ['SIGUSR1'] })),
  );
}

/** The code of what a call throws. */
export function codeOf(call) {
  try {
    call();
    return 'nothing was thrown';
  } catch (error) {
    return error.code ?? String(error);
  }
}
