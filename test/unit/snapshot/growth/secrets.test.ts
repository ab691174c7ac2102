import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainGrowth } from '../../../../src/diagnose/explain.ts';
import { analyseGrowth } from '../../../../src/snapshot/growth/index.ts';
import type { Ref } from '../../../helpers/heap-builder.ts';
import { ProgramHeap, times } from '../../../helpers/program-heap.ts';
import { holds } from '../../../helpers/properties.ts';

const SCRIPT = 'file:///app/agent.mjs';
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

/** Every way in which a program keeps things under keys of its data. */
function drawKeeping(app: ProgramHeap, kind: number, holder: Ref, secret: string, item: Ref): void {
  const key = app.string(secret, { self: 40 });
  switch (kind) {
    case 0:
      app.put(holder, key, item);
      break;
    case 1:
      app.property(holder, secret, item);
      break;
    case 2:
      app.property(app.put(holder, key, app.object('Object')), secret, item);
      break;
    case 3:
      app.property(holder, `<symbol ${secret}>`, item);
      break;
    case 4:
      app.ephemeron(holder, app.property(app.root, secret, app.object(`Object`)), app.string(secret, { self: 90 }));
      app.property(app.root, 'kept', item);
      break;
    case 5:
      app.put(holder, app.node('regexp', secret, { self: 80 }), item);
      break;
    case 6:
      app.put(holder, app.node('symbol', secret, { self: 80 }), item);
      break;
    default:
      app.put(holder, app.node('sliced string', secret, { self: 80 }));
  }
}

test('no text, key, pattern or symbol of the heap stands in anything that is told', async () => {
  await holds(
    fc.asyncProperty(
      fc.array(secrets, { minLength: 12, maxLength: 40 }),
      fc.nat(7),
      fc.constantFrom('map', 'set', 'list', 'object') as fc.Arbitrary<'map' | 'set' | 'list' | 'object'>,
      async (words, kind, shape) => {
        const app = new ProgramHeap();
        const main = app.module(SCRIPT);
        const holder = main.declare('kept', shape === 'object' || kind === 1 ? app.object('Object') : app.map());
        if (shape === 'object') app.put = (_, key, value) => app.property(holder, app.nameOf(key), value ?? key);
        // Things that are there before have secrets on their way too.
        const deep = app.property(
          app.property(main.declare('deep', app.object('Object')), words[0]!, app.object('Object')),
          words[1]!,
          app.map(),
        );
        const add = (word: string, i: number): void => {
          const item = app.record({ text: app.string(word, { self: 60 }), [word]: app.number(i) }, { self: 500 });
          drawKeeping(app, kind, holder, word, item);
          ProgramHeap.prototype.put.call(
            app,
            deep,
            app.string(word),
            app.record({ [word]: app.string(word) }, { self: 500 }),
          );
        };
        words.slice(0, 3).forEach(add);
        const snapshots = await app.watch(
          () => words.forEach(add),
          () => times(2, () => words.forEach(add)),
        );
        const growth = analyseGrowth(snapshots, { root: '/app' });
        const { suspects } = explainGrowth(snapshots, { root: '/app', times: [0, 60_000, 120_000] });
        expect(growth.suspects.length).toBeGreaterThan(0);
        expect(JSON.stringify([growth, suspects])).not.toContain(MARK);
      },
    ),
    60,
  );
});
