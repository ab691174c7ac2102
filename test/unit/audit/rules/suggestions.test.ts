import { expect, test } from 'vitest';
import { lint } from '../../../helpers/audit-lint.ts';

test('bracket-on-collection offers set()', () => {
  const [found] = lint(
    'const map = new Map();\nexport function put(k, v) {\n  map[k] = v + 1;\n}\nexport const drop = () => map.clear();\n',
  );
  expect(found?.rule).toBe('bracket-on-collection');
  expect(found?.suggested).toEqual([
    'const map = new Map();\nexport function put(k, v) {\n  map.set(k, v + 1);\n}\nexport const drop = () => map.clear();\n',
  ]);
});

test('dropped-interval offers to keep the handle and clear it in the method that ends the class', () => {
  const source = [
    'export class Store {',
    '  constructor() {',
    '    setInterval(() => this.sweep(), 1000);',
    '  }',
    '  sweep() {}',
    '  close() {',
    '    this.sweep();',
    '  }',
    '}',
  ].join('\n');
  const [found] = lint(source);
  expect(found?.rule).toBe('dropped-interval');
  const [changed] = found!.suggested;
  expect(changed).toContain('this.interval = setInterval(() => this.sweep(), 1000);');
  expect(changed).toContain('close() {\n    clearInterval(this.interval);\n    this.sweep();');
  expect(lint(changed!)).toEqual([]);
});

test('nothing is offered where a field would have to be declared', () => {
  const [found] = lint('export class A {\n  constructor() { setInterval(() => this.x(), 1000); }\n  x() {}\n}\n');
  expect(found?.suggested).toEqual([]);
});
