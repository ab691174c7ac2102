import { describe, expect, test } from 'vitest';
import {
  holderClass,
  ownerName,
  sentenceOf,
  unitText,
  type Wording,
} from '../../../../src/diagnose/suspects/sentence.ts';
import type { CodePlace, Suspect } from '../../../../src/snapshot/index.ts';
import { AGENT, ownerPath, suspectOf, unitFacts } from '../../../helpers/suspects.ts';

const placeText = ({ url, line }: CodePlace): string => `${url.split('/').slice(-2).join('/')}:${line + 1}`;

const wording: Wording = { minutes: 10, rounds: 0, placeText, declaredAt: 'src/agent.mjs:42', allocatedIn: null };

const sentence = (suspect: Partial<Suspect>, words: Partial<Wording> = {}): string =>
  sentenceOf(suspectOf(suspect), { ...wording, ...words });

const details = (suspect: Partial<Suspect>): string => sentence(suspect).replace(/^[^;]*/, '');

describe('who holds how much of what', () => {
  test('by the minute', () => {
    expect(sentence({}, { allocatedIn: 'getClient (src/agent.mjs:57)' })).toMatchInlineSnapshot(
      `"Map \`cachedClients\` in src/agent.mjs:42 holds 2,013 OpenAIClient, +100/min (+307 KiB/min), allocated in getClient (src/agent.mjs:57)."`,
    );
  });

  test('by the round', () => {
    expect(sentence({ count: 1001 }, { rounds: 7 })).toMatchInlineSnapshot(
      `"Map \`cachedClients\` in src/agent.mjs:42 holds 2,013 OpenAIClient, +143 a round (+439 KiB)."`,
    );
    expect(sentence({ count: 70 }, { rounds: 7 })).toContain('+10 a round');
    expect(sentence({ count: 30 }, { rounds: 7 })).toContain('+4.3 a round');
  });

  test('in all, where the times are not known', () => {
    expect(sentence({}, { minutes: null })).toMatchInlineSnapshot(
      `"Map \`cachedClients\` in src/agent.mjs:42 holds 2,013 OpenAIClient, +1,000 (+3.0 MiB)."`,
    );
    expect(sentence({}, { minutes: 0 })).toBe(sentence({}, { minutes: null }));
  });

  test('many alike', () => {
    expect(sentence({ alike: 1299 })).toContain('Map (and 1,299 more like it) `cachedClients`');
  });

  test('by the place where the path begins, when no declaration was found', () => {
    expect(sentence({}, { declaredAt: null })).toContain('`cachedClients` in module src/agent.mjs holds');
    expect(sentence({ owner: ownerPath({ head: '' }) }, { declaredAt: null })).toContain('`cachedClients` holds');
  });

  test('of whoever has no name: a store that only a call under way holds', () => {
    const nameless = { owner: ownerPath({ expression: '', variable: '', head: '(Stack roots)' }), expression: '[key]' };
    expect(sentence(nameless)).toContain('Map in src/agent.mjs:42 holds');
    expect(ownerName(suspectOf(nameless))).toBe('');
    expect(ownerName(suspectOf({ ...nameless, expression: '[key][]' }))).toBe('');
    expect(ownerName(suspectOf({ ...nameless, expression: '[key].rows' }))).toBe('[key].rows');
  });

  test('never less than was gained', () => {
    expect(sentence({ totals: [0, 10], count: 50 })).toContain('holds 50 OpenAIClient');
    expect(sentence({ totals: [], count: 50 })).toContain('holds 50 OpenAIClient');
  });

  test('of plain values the room', () => {
    const seen = { holder: 'Set', unit: '(value)', totals: [1000, 262_146] };
    expect(sentence(seen)).toMatchInlineSnapshot(
      `"Set \`cachedClients\` in src/agent.mjs:42 holds room for 262,146 plain values, +100/min (+307 KiB/min)."`,
    );
  });

  test('of one buffer that gets larger its bytes', () => {
    const log = { holder: 'Log', unit: 'system / JSArrayBufferData', count: 0, totals: [0, 0] };
    expect(sentence(log)).toMatchInlineSnapshot(
      `"Log \`cachedClients\` in src/agent.mjs:42 holds array buffer data, +307 KiB/min."`,
    );
    expect(sentence(log, { rounds: 4 })).toContain('holds array buffer data, +768 KiB.');
    expect(sentence(log, { minutes: null })).toContain('holds array buffer data, +3.0 MiB.');
  });
});

describe('what helps to find it', () => {
  test('the class and the callback, once where they are one', () => {
    const callback = { name: 'expire', place: { ...AGENT, line: 9 } };
    expect(details({ facts: unitFacts({ site: AGENT, callback }) })).toMatchInlineSnapshot(
      `"; class at src/agent.mjs:42; callback expire at src/agent.mjs:10."`,
    );
    expect(details({ facts: unitFacts({ site: AGENT, callback: { name: 'x', place: AGENT } }) })).not.toContain(
      'callback',
    );
    expect(details({ unit: 'onTick() src/bus.mjs:12', facts: unitFacts({ site: AGENT }) })).toBe('');
  });

  test('chains', () => {
    expect(details({ chainHead: 'queue.head', facts: unitFacts({ link: 'next' }) })).toMatchInlineSnapshot(
      `"; its head is \`queue.head\`; a chain linked through \`next\`."`,
    );
    expect(details({ chainHead: 'queue.head' })).toMatchInlineSnapshot(
      `"; its head is \`queue.head\`; a chain of each other."`,
    );
    expect(details({ facts: unitFacts({ link: '(internal)' }) })).toMatchInlineSnapshot(`"; chained one to the next."`);
    expect(details({ holder: 'TimersList', facts: unitFacts({ link: '_idleNext' }) })).toBe('');
  });

  test('other holders', () => {
    expect(details({ alsoHeldBy: ['byName', 'queue'], isShared: true })).toMatchInlineSnapshot(
      `"; held by \`byName\` and \`queue\` too."`,
    );
    expect(details({ isShared: true })).toMatchInlineSnapshot(`"; shared with other owners."`);
  });

  test('what comes along and what weighs most', () => {
    expect(details({ companions: [{ className: 'OrderLine', count: 4000 }] })).toMatchInlineSnapshot(
      `"; with them +4,000 OrderLine."`,
    );
    expect(details({ facts: unitFacts({ heaviest: { className: 'Buffer', share: 0.894 } }) })).toMatchInlineSnapshot(
      `"; 89 % of their weight is Buffer."`,
    );
    expect(details({ unit: '(sliced string)' })).toMatchInlineSnapshot(
      `"; a sliced string keeps its whole parent string alive."`,
    );
  });

  test('a stated limit', () => {
    expect(details({ bound: { name: 'maxEntries', value: 50_000 } })).toMatchInlineSnapshot(
      `"; \`maxEntries\` is 50,000."`,
    );
  });
});

test('classes as a reader calls them', () => {
  const names = [
    'Object (as a map)',
    'system / Context',
    'TimersList',
    'Object {a, b}',
    'onTick() src/bus.mjs:12',
    'Map',
  ];
  expect(names.map(holderClass)).toMatchInlineSnapshot(`
    [
      "Object used as a map",
      "Variable",
      "Timer list",
      "Object",
      "Function onTick",
      "Map",
    ]
  `);
});

test('units as a reader calls them', () => {
  const names = [
    'onTick() src/bus.mjs:12',
    'native()',
    'system / Context',
    'system / PromiseReaction',
    '(string)',
    '(sliced string)',
    '(concatenated string)',
    '(value)',
    'system / JSArrayBufferData',
    'Client',
  ];
  expect(names.map(unitText)).toMatchInlineSnapshot(`
    [
      "closures onTick (src/bus.mjs:12)",
      "closures native",
      "scopes of closures",
      "Promise reactions",
      "strings",
      "sliced strings",
      "concatenated strings",
      "plain values",
      "array buffer data",
      "Client",
    ]
  `);
});

test('a variable that holds a chain is named by its head', () => {
  expect(ownerName(suspectOf({ holder: 'system / Context', chainHead: 'list.head' }))).toBe('list.head');
  expect(ownerName(suspectOf({ holder: 'system / Context', expression: 'list.tail' }))).toBe('list.tail');
  expect(ownerName(suspectOf())).toBe('cachedClients');
  expect(ownerName(suspectOf({ owner: ownerPath({ expression: '' }) }))).toBe('cachedClients[key]');
});
