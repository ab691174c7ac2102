/** Programs that only start other ones or serve their loaders: they load the preload as well, and are not what anybody wants judged. */

/** The main script of a launcher, as the end of its real path with forward slashes. */
const LAUNCHERS: readonly (readonly [name: string, script: RegExp])[] = [
  ['npm', /\/npm\/bin\/npm-cli\.js$/],
  ['npx', /\/npm\/bin\/npx-cli\.js$/],
  ['pnpm', /\/(pnpm|pnpm\.[cm]?js)$/],
  ['pnpx', /\/(pnpx|pnpx\.[cm]?js)$/],
  ['yarn', /\/(yarn|yarnpkg|yarn(pkg)?\.[cm]?js|\.yarn\/releases\/yarn-[^/]+\.[cm]?js)$/],
  ['corepack', /\/(corepack|corepack\/dist\/[^/]+\.[cm]?js|corepack\/v\d+\/[^/]+\/.+\.[cm]?js)$/],
  ['tsx', /\/tsx\/dist\/cli\.[cm]js$/],
  ['nodemon', /\/nodemon\/bin\/nodemon\.js$/],
  ['node-dev', /\/node-dev\/bin\/node-dev$/],
  ['ts-node-dev', /\/ts-node-dev\/lib\/bin\.js$/],
  ['tsc-watch', /\/tsc-watch\/(dist|index|cli)\b.*\.js$/],
  ['concurrently', /\/concurrently\/(dist\/)?bin\/[^/]+\.js$/],
  ['npm-run-all', /\/npm-run-all2?\/bin\/[^/]+\/[^/]+\.js$/],
  ['wireit', /\/wireit\/bin\/wireit\.js$/],
  ['cross-env', /\/cross-env\/(src|dist)\/bin\/[^/]+\.js$/],
  ['env-cmd', /\/env-cmd\/(bin|dist)\/[^/]+\.js$/],
  ['dotenv-cli', /\/dotenv-cli\/cli\.js$/],
  ['dotenvx', /\/@dotenvx\/dotenvx\/src\/cli\/dotenvx\.js$/],
  ['start-server-and-test', /\/start-server-and-test\/src\/bin\/[^/]+\.js$/],
  ['lerna', /\/lerna\/(dist\/)?cli\.js$/],
  ['nx', /\/nx\/(dist\/)?bin\/nx\.js$/],
  ['turbo', /\/turbo\/bin\/turbo$/],
  ['esbuild', /\/esbuild\/(bin\/esbuild|lib\/main\.js)$/],
  ['pm2', /\/pm2\/(bin\/pm2(-[a-z]+)?|lib\/Daemon\.js)$/],
];

/** Options of Node.js itself that make it start the program in a child. */
const STARTING_OPTIONS: readonly (readonly [name: string, option: RegExp])[] = [
  ['node --watch', /^--watch(-path)?(=|$)/],
  ['node --test', /^--test$/],
];

/**
 * The name of the launcher that a Node.js process is; `null` for a program of its own.
 *
 * @param argv - `process.argv`, with the real path of the script at 1
 * @param execArgv - `process.execArgv`
 */
export function launcherOf(argv: readonly string[], execArgv: readonly string[]): string | null {
  for (const [name, option] of STARTING_OPTIONS) if (execArgv.some((given) => option.test(given))) return name;
  const script = argv[1]?.replaceAll('\\', '/');
  if (script === undefined) return null;
  for (const [name, pattern] of LAUNCHERS) if (pattern.test(script)) return name;
  return null;
}
