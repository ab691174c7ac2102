import { describe, expect, test } from 'vitest';
import { launcherOf } from '../../../../src/diagnose/probe/launcher.ts';

const NODE = '/usr/bin/node';

describe('launcherOf', () => {
  test.each([
    ['npm', '/usr/lib/node_modules/npm/bin/npm-cli.js'],
    ['npx', '/usr/lib/node_modules/npm/bin/npx-cli.js'],
    ['pnpm', '/usr/lib/node_modules/pnpm/bin/pnpm.cjs'],
    ['pnpx', '/usr/lib/node_modules/pnpm/bin/pnpx.cjs'],
    ['yarn', '/usr/share/yarn/bin/yarn.js'],
    ['yarn', '/home/me/app/.yarn/releases/yarn-4.5.0.cjs'],
    ['corepack', '/usr/lib/node_modules/corepack/dist/corepack.js'],
    ['corepack', '/usr/lib/node_modules/corepack/dist/npm.js'],
    ['pnpm', '/home/me/.cache/node/corepack/v1/pnpm/9.1.0/bin/pnpm.cjs'],
    ['tsx', '/home/me/app/node_modules/tsx/dist/cli.mjs'],
    ['nodemon', '/home/me/app/node_modules/nodemon/bin/nodemon.js'],
    ['ts-node-dev', '/home/me/app/node_modules/ts-node-dev/lib/bin.js'],
    ['concurrently', '/home/me/app/node_modules/concurrently/dist/bin/concurrently.js'],
    ['npm-run-all', '/home/me/app/node_modules/npm-run-all2/bin/run-s/index.js'],
    ['cross-env', '/home/me/app/node_modules/cross-env/dist/bin/cross-env.js'],
    ['dotenv-cli', '/home/me/app/node_modules/dotenv-cli/cli.js'],
    ['esbuild', '/home/me/app/node_modules/esbuild/lib/main.js'],
    ['tsx', 'C:\\work\\my app\\node_modules\\tsx\\dist\\cli.mjs'],
    ['tsx', '/home/me/app/node_modules/.pnpm/tsx@4.7.0/node_modules/tsx/dist/cli.mjs'],
  ])('knows %s by %s', (name, script) => {
    expect(launcherOf([NODE, script, 'serve'], [])).toBe(name);
  });

  test.each([
    ['node --watch', ['--watch']],
    ['node --watch', ['--watch-path=src']],
    ['node --test', ['--no-warnings', '--test']],
  ])('knows %s by the options %j', (name, execArgv) => {
    expect(launcherOf([NODE, '/home/me/app/server.js'], execArgv)).toBe(name);
  });

  test.each([
    [['/home/me/app/server.js']],
    [['/home/me/app/npm.js']],
    [['/home/me/npm/server.js']],
    [['/home/me/tsx/src/cli.mjs']],
    // What these launchers start runs under a script of theirs.
    [['/home/me/app/node_modules/ts-node-dev/lib/wrap.js', 'app.ts']],
    [['/home/me/app/node_modules/pm2/lib/ProcessContainerFork.js']],
    // Runs the program in its own process.
    [['/home/me/app/node_modules/ts-node/dist/bin.js', 'app.ts']],
    [['/home/me/app/server.js', '--watch']],
    [[]],
  ])('takes %j for a program', (args) => {
    expect(launcherOf([NODE, ...args], ['--import', 'tsx', '--test-reporter=spec'])).toBeNull();
  });
});
