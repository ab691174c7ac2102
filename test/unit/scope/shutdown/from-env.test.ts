import { describe, expect, test } from 'vitest';
import { shutdownOptionsFromEnv } from '../../../../src/scope/shutdown/index.ts';
import { resolveShutdownOptions } from '../../../../src/scope/shutdown/options.ts';

const nextWarning = (): Promise<Error> => new Promise((resolve) => process.once('warning', resolve));

describe('shutdownOptionsFromEnv', () => {
  test('says nothing where nothing is said', () => {
    expect(shutdownOptionsFromEnv({ PLIMSOLL_SHUTDOWN_EXIT: '' })).toEqual({});
  });

  test('gives Kubernetes its delay, unless another is set', () => {
    const inside = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };
    expect(shutdownOptionsFromEnv(inside)).toEqual({ delay: 5_000, deadline: 20_000 });
    expect(shutdownOptionsFromEnv({ ...inside, PLIMSOLL_SHUTDOWN_DELAY: '0' })).toEqual({ delay: 0, deadline: 20_000 });
  });

  test('reads every variable', () => {
    const options = shutdownOptionsFromEnv({
      PLIMSOLL_SHUTDOWN_DEADLINE: '40s',
      PLIMSOLL_SHUTDOWN_DELAY: '2s',
      PLIMSOLL_SHUTDOWN_GRACE_PERIOD: '1m',
      PLIMSOLL_SHUTDOWN_EXIT: 'zero',
    });
    expect(options).toEqual({ deadline: 40_000, delay: 2_000, gracePeriod: 60_000, exit: 'zero' });
  });

  test('takes rubbish for nothing, and warns', async () => {
    const warned = nextWarning();
    expect(shutdownOptionsFromEnv({ PLIMSOLL_SHUTDOWN_EXIT: 'gently' })).toEqual({});
    expect(await warned).toMatchObject({
      code: 'PLIM_WARN_ENVIRONMENT_INVALID',
      message:
        'Expected `PLIMSOLL_SHUTDOWN_EXIT` to be one of signal, zero, code, none, got "gently". The default is used.',
    });
  });

  test('never gives options that do not go together', async () => {
    const warned = nextWarning();
    const options = shutdownOptionsFromEnv({ KUBERNETES_SERVICE_HOST: 'x', PLIMSOLL_SHUTDOWN_DEADLINE: '3s' });
    expect(resolveShutdownOptions(options)).toMatchObject({ deadline: 3_000, delay: 0 });
    expect(await warned).toMatchObject({ message: expect.stringContaining('there will be no delay') as string });
  });
});
