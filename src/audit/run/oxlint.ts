/** Runs the rules in oxlint: its own process, our plugin by its path, results as JSON. */
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AuditError } from '../../base/errors.ts';
import type { LeftOut, RawFinding } from '../finding.ts';
import type { Batch, Engine, Found } from './engine.ts';

interface Diagnostic {
  readonly message: string;
  readonly code?: string;
  readonly filename: string;
  readonly labels: readonly { readonly span: { readonly line: number; readonly column: number } }[];
}

const OURS = /^plimsoll\((.+)\)$/;

/** An oxlint that loads our plugin from `pluginFile`. */
export function oxlintEngine(found: Found, pluginFile: string, cwd: string, settings: unknown): Engine {
  return {
    name: 'oxlint',
    version: found.version,
    async run(files, rules) {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-audit-'));
      try {
        const config = path.join(folder, 'oxlintrc.json');
        fs.writeFileSync(config, JSON.stringify(configFor(pluginFile, rules, settings)));
        const args = ['-c', config, '--disable-nested-config', '--no-ignore', '--format', 'json', ...files];
        return asBatch(await outputOf(path.join(found.folder, 'bin', 'oxlint'), args, cwd), cwd);
      } finally {
        fs.rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

function configFor(pluginFile: string, rules: readonly string[], settings: unknown): object {
  return {
    jsPlugins: [pluginFile],
    plugins: [],
    categories: { correctness: 'off' },
    rules: Object.fromEntries(rules.map((rule) => [`plimsoll/${rule}`, 'error'])),
    ...(settings === undefined ? {} : { settings: { plimsoll: settings } }),
  };
}

async function outputOf(script: string, args: readonly string[], cwd: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const child = fork(script, args, { cwd, silent: true, execArgv: [] });
    let output = '';
    let errors = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.once('error', reject);
    child.once('close', (status) => {
      if (output.trimStart().startsWith('{')) resolve(output);
      else
        reject(
          new AuditError('PLIM_ERR_AUDIT_FAILED', `oxlint ended with ${status}: ${firstLine(`${errors}\n${output}`)}`),
        );
    });
  });
}

function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim()
      .slice(0, 300) ?? 'it said nothing.'
  );
}

function asBatch(output: string, cwd: string): Batch {
  const findings: RawFinding[] = [];
  const leftOut = new Map<string, LeftOut>();
  for (const { code, filename, message, labels } of (JSON.parse(output) as { diagnostics: readonly Diagnostic[] })
    .diagnostics) {
    const file = path.resolve(cwd, filename);
    const rule = OURS.exec(code ?? '')?.[1];
    const span = labels[0]?.span;
    if (rule !== undefined && span !== undefined)
      findings.push({ rule, message, file, line: span.line, column: span.column });
    else if (rule === undefined && code === undefined) leftOut.set(file, { file, reason: message });
  }
  return { findings, leftOut: [...leftOut.values()] };
}
