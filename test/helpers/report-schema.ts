/** The published schema of reports, made strict: a field that it does not name is an error here. */
import fs from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

type Schema = Record<string, unknown>;

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Schema = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]));
  return copy['type'] === 'object' ? { ...copy, additionalProperties: false } : copy;
}

const schema = closed(JSON.parse(fs.readFileSync('docs/schema/report.schema.json', 'utf8'))) as Schema;
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

/** What of a report in JSON is not as the schema says. */
export function schemaProblems(json: string): string[] {
  validate(JSON.parse(json));
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
