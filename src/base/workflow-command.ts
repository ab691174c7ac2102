/** Workflow commands: lines by which a step tells GitHub Actions of something at a place in the source. */

/**
 * `::error file=src/a.ts,line=4,title=...::text`. Properties that are `undefined` are left out; whatever the values hold,
 * the command is one line and ends where it should.
 */
export function workflowCommand(
  kind: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string | number | undefined>>,
  text: string,
): string {
  const list = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',');
  return `::${kind}${list === '' ? '' : ` ${list}`}::${escapeData(text)}`;
}

/** As GitHub reads them back: a newline would end the command, a comma or colon the property. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
