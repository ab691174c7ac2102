/** The gateway scenario in its small form: on the same load one form keeps nothing, and the other leaks. */
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { bareNode } from '../helpers/program.ts';

interface Outcome {
  readonly form: string;
  readonly figures: Readonly<Record<string, number | null>>;
  readonly floors: readonly number[];
  readonly checks: readonly { readonly row: string; readonly wanted: string; readonly got: string; holds: boolean }[];
}

const RUN = 'scenarios/gateway/run.mjs';
const SERVICE = 'scenarios/gateway/service.mjs';

async function outcomeOf(form: string): Promise<Outcome> {
  const { status, stdout, stderr } = await bareNode([RUN, form, '--small']);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout.toString()) as Outcome;
}

const missed = ({ checks }: Outcome): object[] => checks.filter(({ holds }) => !holds);

describe('the gateway', () => {
  test('in its Plimsoll form keeps nothing and loses nothing', async () => {
    const outcome = await outcomeOf('plimsoll');
    expect(missed(outcome)).toEqual([]);
    expect(outcome.checks.length).toBeGreaterThan(40);
    expect(outcome.figures).toMatchObject({ entries: 2_000, timers: 0, listeners: 0, workLost: 0 });
    expect(outcome.floors).toHaveLength(10);
  });

  test('in its naive form leaks on the same load', async () => {
    const outcome = await outcomeOf('naive');
    expect(missed(outcome)).toEqual([]);
    expect(outcome.figures['timers']).toBeGreaterThan(1_000);
  });

  test('says in one line what is wrong with how it was started', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const env = { ...process.env, PORT: port, MODEL_URL: 'http://127.0.0.1:1' };
    expect(await bareNode([SERVICE, 'plimsoll'], { env })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`gateway: port ${port} is in use; set PORT to another one\n`) as string,
    });
    taken.close();
    expect(await bareNode([SERVICE, 'other'], { env })).toMatchObject({ status: 2 });
    expect(await bareNode([SERVICE, 'naive'])).toMatchObject({ status: 2 });
    expect(await bareNode([RUN, 'naive', '--seed', 'x'])).toMatchObject({ status: 2 });
  });
});
