import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainGrowth } from '../../../../src/diagnose/suspects/explain.ts';
import { analyseGrowth } from '../../../../src/snapshot/growth/index.ts';
import type { Ref } from '../../../helpers/heap-builder.ts';
import { ProgramHeap } from '../../../helpers/program-heap.ts';
import { holds } from '../../../helpers/properties.ts';

/** Stands in each secret, so that none can be in the output by chance. */
const MARK = 'Zq';

/** Data as programs use it for keys: tokens, addresses, paths with ids, phrases; with a mark that a search can find. */
const secrets: fc.Arbitrary<string> = fc.oneof(
  fc.stringMatching(/^[0-9a-f]{24}$/).map((hex) => `${MARK}${hex.slice(0, 8)}7${hex.slice(8)}`),
  fc.stringMatching(/^[A-Za-z0-9]{20}$/).map((text) => `sk_live_${MARK}4e${text}9x`),
  fc.uuid().map((id) => `${MARK}-${id}`),
  fc.stringMatching(/^[a-z]{3,9}$/).map((name) => `${MARK}${name}@example.org`),
  fc.stringMatching(/^[a-z]{3,9} [a-z]{3,9}\n?$/).map((phrase) => `${MARK}${phrase}`),
  fc.nat().map((n) => `/users/${n}/${MARK}`),
  fc.constant(`${MARK}${'x'.repeat(1100)}`),
  fc.stringMatching(/^[^A-Za-z]{1,12}$/).map((text) => `${MARK}${text} `),
);

type Put = (key: Ref, value?: Ref) => Ref;

/** The ways in which a program keeps an item by a secret: `put` adds to its store, `holder`. */
const WAYS: readonly ((app: ProgramHeap, holder: Ref, put: Put, secret: string, item: Ref) => void)[] = [
  (app, _, put, secret, item) => put(app.string(secret, { self: 40 }), item),
  (app, holder, _, secret, item) => app.property(holder, secret, item),
  (app, _, put, secret, item) => app.property(put(app.string(secret), app.object('Object')), secret, item),
  (app, holder, _, secret, item) => app.property(holder, `<symbol ${secret}>`, item),
  (app, holder, _, secret, item) => {
    app.ephemeron(holder, app.property(app.root, secret, app.object('Object')), app.string(secret, { self: 90 }));
    app.property(app.root, 'kept', item);
  },
  (app, _, put, secret, item) => put(app.node('regexp', secret, { self: 80 }), item),
  (app, _, put, secret, item) => put(app.node('symbol', secret, { self: 80 }), item),
  (app, _, put, secret) => put(app.node('sliced string', secret, { self: 80 })),
];

/** A program that keeps items by secrets, and has some in objects on the way to others. */
class Keeper {
  readonly app: ProgramHeap = new ProgramHeap();
  readonly #holder: Ref;
  readonly #deep: Ref;
  readonly #put: Put;
  readonly #keep: (typeof WAYS)[number];

  constructor(way: number, isObject: boolean, words: readonly string[]) {
    const { app } = this;
    const main = app.module('file:///app/agent.mjs');
    const holder = main.declare('kept', isObject ? app.object('Object') : app.map());
    const outer = app.property(main.declare('deep', app.object('Object')), words[0]!, app.object('Object'));
    this.#deep = app.property(outer, words[1]!, app.map());
    this.#holder = holder;
    this.#keep = WAYS[way]!;
    this.#put = isObject
      ? (key, value) => app.property(holder, app.nameOf(key), value ?? key)
      : (key, value) => app.put(holder, key, value);
  }

  add(word: string): void {
    const { app } = this;
    const item = (): Ref => app.record({ text: app.string(word), [word]: app.string(word) }, { self: 500 });
    this.#keep(app, this.#holder, this.#put, word, item());
    app.put(this.#deep, app.string(word), item());
  }
}

test('no text, key, pattern or symbol of the heap stands in anything that is told', async () => {
  await holds(
    fc.asyncProperty(
      fc.array(secrets, { minLength: 12, maxLength: 40 }),
      fc.nat(WAYS.length - 1),
      fc.boolean(),
      async (words, way, isObject) => {
        const program = new Keeper(way, isObject, words);
        const addAll = (): void => words.forEach((word) => program.add(word));
        program.add(words[2]!);
        const snapshots = await program.app.watch(addAll, addAll);
        const growth = analyseGrowth(snapshots, { root: '/app' });
        const { suspects } = explainGrowth(snapshots, { root: '/app', times: [0, 60_000, 120_000] });
        expect(growth.suspects.length).toBeGreaterThan(0);
        expect(JSON.stringify([growth, suspects])).not.toContain(MARK);
      },
    ),
    60,
  );
});
