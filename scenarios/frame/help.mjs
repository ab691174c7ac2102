// What `npm run scenarios -- --help` says.

/**
 * @param {readonly import('./scenarios.mjs').Scenario[]} scenarios
 * @param {Record<string, import('../../bench/lib/options.mjs').OptionRule>} options
 */
export function helpOf(scenarios, options) {
  return [
    'npm run scenarios [-- NAME... OPTIONS]',
    '',
    'Runs the systems, each in its naive form and its Plimsoll form on the same load, and checks what is promised of them.',
    'The status is 0 when every row holds, 1 when one is missed or a run failed, 2 for bad input.',
    '',
    ...columns(scenarios.map(({ name, title }) => [name, title])),
    '',
    ...columns(
      Object.entries(options).map(([name, rule]) => [`--${name}${wordOf(rule)}`, rule.help + byDefault(rule)]),
    ),
  ].join('\n');
}

function columns(rows) {
  const width = Math.max(0, ...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
}

const wordOf = ({ kind, isPath = false }) =>
  kind === 'flag' ? '' : isPath ? ' FOLDER' : kind === 'number' ? ' N' : ' TEXT';

function byDefault({ kind, value, isPath = false }) {
  return kind === 'flag' || isPath || value === undefined ? '' : ` (${value})`;
}
