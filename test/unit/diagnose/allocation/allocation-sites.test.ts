import { describe, expect, test } from 'vitest';
import {
  findAllocationSites,
  type ProfileNode,
  topAllocationSites,
} from '../../../../src/diagnose/allocation/allocation-sites.ts';
import type { Suspect } from '../../../../src/snapshot/index.ts';
import { profileOf } from '../../../helpers/profile.ts';
import { AGENT, ownerPath, suspectOf, unitFacts } from '../../../helpers/suspects.ts';

const SCRIPT = AGENT.url;
const isProgramScript = (url: string): boolean => url.startsWith('file://');

const main = `main@${SCRIPT}:3`;
const getClient = `getClient@${SCRIPT}:57`;
const construct = `OpenAIClient@${SCRIPT}:9`;
const native = 'Map.set@node:internal:1';

/** The class of the client stands at line 9. */
const client = suspectOf({ facts: unitFacts({ site: { ...AGENT, line: 8 } }) });

const sites = (suspects: Suspect | readonly Suspect[], last: ProfileNode, first?: ProfileNode): (string | null)[] =>
  findAllocationSites([suspects].flat(), first, last, isProgramScript).map((site) =>
    site === null ? null : `${site.name}:${site.place.line + 1}`,
  );

describe('the site of instances', () => {
  test('is who calls the constructor', () => {
    expect(sites(client, profileOf([[main, getClient, construct], 5000], [[main], 9000]))).toEqual(['getClient:57']);
  });

  test('also when the memory is taken further in, and the runtime stands between', () => {
    expect(sites(client, profileOf([[main, getClient, native, construct, native], 5000]))).toEqual(['getClient:57']);
  });

  test('is the one that gained most since the first profile', () => {
    const before = profileOf([[main, getClient, construct], 9000]);
    const after = profileOf([[main, getClient, construct], 9000], [[main, construct], 4000]);
    expect(sites(client, after, before)).toEqual(['main:3']);
    expect(sites(client, after)).toEqual(['getClient:57']);
  });

  test('is known from what was made before the compiler inlined the constructor', () => {
    const before = profileOf([[main, getClient, construct], 5000]);
    const after = profileOf([[main, getClient, construct], 5000], [[main, getClient], 50_000]);
    expect(sites(client, after, before)).toEqual(['getClient:57']);
  });

  test('is not guessed for a class of another script, or without a caller', () => {
    expect(sites(client, profileOf([[main, `OpenAIClient@file:///app/other.mjs:9`], 5000]))).toEqual([null]);
    expect(sites(client, profileOf([[construct], 5000]))).toEqual([null]);
  });

  test('is found for CommonJS, whose scripts have no URL in snapshots', () => {
    const place = { url: '/app/src/agent.mjs', line: 8, column: 0 };
    expect(sites(suspectOf({ facts: unitFacts({ site: place }) }), profileOf([[getClient, construct], 1]))).toEqual([
      'getClient:57',
    ]);
  });
});

describe('the site of functions', () => {
  const onTick = suspectOf({ unit: 'onTick() src/agent.mjs:60', facts: unitFacts({ site: { ...AGENT, line: 59 } }) });

  test('is the innermost function of their script that begins before them', () => {
    expect(sites(onTick, profileOf([[main, getClient, native], 5000]))).toEqual(['getClient:57']);
  });

  test('is not one that begins behind them', () => {
    expect(sites(onTick, profileOf([[main, `later@${SCRIPT}:80`], 5000]))).toEqual([null]);
  });

  test('on their own line the column decides', () => {
    const [before, behind] = [3, 0].map((column) =>
      suspectOf({ unit: 'f() x:57', facts: unitFacts({ site: { url: SCRIPT, line: 56, column } }) }),
    );
    expect(sites([before!, behind!], profileOf([[main, getClient], 5000]))).toEqual(['getClient:57', null]);
  });

  test('is that of the callback, for timers', () => {
    const place = { ...AGENT, line: 60 };
    const timer = suspectOf({ unit: 'Timeout', facts: unitFacts({ callback: { name: 'expire', place } }) });
    expect(sites(timer, profileOf([[main, getClient, native], 5000]))).toEqual(['getClient:57']);
  });
});

describe('by size', () => {
  const strings = suspectOf({ unit: '(string)' });

  test('the site that gained most in a script on the path goes to what no stack tells of', () => {
    expect(sites(strings, profileOf([[main, getClient], 5000], [[main], 100]))).toEqual(['getClient:57']);
  });

  test('not from another script, nor to a small suspect, nor when it gained little', () => {
    const elsewhere = profileOf([[`other@file:///app/other.mjs:1`], 5000]);
    expect(sites(strings, elsewhere)).toEqual([null]);
    expect(sites({ ...strings, share: 0.1 }, profileOf([[main, getClient], 5000]))).toEqual([null]);
    expect(sites(strings, profileOf([[main, getClient], 1000], [[`o@file:///o.mjs:1`], 9000]))).toEqual([null]);
  });

  test('no site is given twice', () => {
    const profile = profileOf([[main, getClient], 6000], [[main], 4000]);
    expect(sites([strings, strings, strings], profile)).toEqual(['getClient:57', 'main:3', null]);
  });

  test('not to what a stack would have told of', () => {
    expect(sites(client, profileOf([[main, getClient], 5000]))).toEqual([null]);
  });

  test('a path through a class counts as a script', () => {
    const owner = ownerPath({ scope: null, classPlaces: [AGENT] });
    expect(sites({ ...strings, owner }, profileOf([[main, getClient], 5000]))).toEqual(['getClient:57']);
    expect(sites({ ...strings, owner: ownerPath({ scope: null }) }, profileOf([[getClient], 5]))).toEqual([null]);
    expect(
      sites({ ...strings, owner: ownerPath({ scope: null }), holderPlace: AGENT }, profileOf([[getClient], 5])),
    ).toEqual(['getClient:57']);
  });
});

test('an empty profile gives no site, and no suspect needs none', () => {
  expect(sites([client, suspectOf()], profileOf())).toEqual([null, null]);
  expect(sites([], profileOf([[main], 1]))).toEqual([]);
});

test('a profile of any depth is read', () => {
  const deep = Array.from({ length: 5000 }, (_, i) => `f${i}@${SCRIPT}:${i + 1}`);
  expect(sites(suspectOf({ unit: '(string)' }), profileOf([deep, 100]))).toEqual(['f4999:5000']);
});

describe('the top of all sites', () => {
  const profile = profileOf([[main, getClient, native], 6000], [[main], 3000], [[native], 1000]);
  const top = (first: ProfileNode | undefined, last: ProfileNode, most = 5) =>
    topAllocationSites(first, last, isProgramScript, most).map(({ site, bytes, share }) => [site.name, bytes, share]);

  test('is what gained most in the program, with its share of all', () => {
    expect(top(undefined, profile)).toEqual([
      ['getClient', 6000, 0.6],
      ['main', 3000, 0.3],
    ]);
    expect(top(undefined, profile, 1)).toHaveLength(1);
  });

  test('is empty when nothing grew', () => {
    expect(top(profile, profile)).toEqual([]);
    expect(top(undefined, profileOf())).toEqual([]);
  });
});
