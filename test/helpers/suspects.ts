import type { ReportedSuspect } from '../../src/diagnose/report/report.ts';
import type { CodePlace, OwnerPath, Suspect, UnitFacts } from '../../src/snapshot/index.ts';

export const AGENT: CodePlace = { url: 'file:///app/src/agent.mjs', line: 41, column: 6 };

export function ownerPath(parts: Partial<OwnerPath> = {}): OwnerPath {
  return {
    head: 'module src/agent.mjs',
    headUrl: AGENT.url,
    expression: 'cachedClients',
    variable: 'cachedClients',
    variablePlace: null,
    lastName: 'cachedClients',
    scope: { name: 'getClient', place: AGENT },
    classPlaces: [],
    hops: ['module src/agent.mjs', 'variable cachedClients'],
    key: 'Map|.cachedClients',
    ...parts,
  };
}

export function unitFacts(parts: Partial<UnitFacts> = {}): UnitFacts {
  return { site: null, callback: null, link: null, keys: [], heaviest: null, ...parts };
}

/** A Map of a module that gained 1,000 clients, unless `parts` say otherwise. */
export function suspectOf(parts: Partial<Suspect> = {}): Suspect {
  return {
    holder: 'Map',
    holderId: 7,
    alike: 0,
    owner: ownerPath(),
    expression: 'cachedClients[key]',
    holderPlace: null,
    unit: 'OpenAIClient',
    count: 1000,
    freed: 0,
    totals: [1013, 2013],
    bytes: 3 * 1024 ** 2,
    share: 0.9,
    steps: [],
    facts: unitFacts(),
    chainHead: null,
    alsoHeldBy: [],
    companions: [],
    isShared: false,
    isLoading: false,
    bound: null,
    hops: ['module src/agent.mjs', 'variable cachedClients', '[key] of Map', 'OpenAIClient'],
    examples: [],
    ...parts,
  };
}

/** The same, as it is reported. */
export function reportedOf(parts: Partial<ReportedSuspect> = {}): ReportedSuspect {
  return {
    kind: 'leak',
    sentence: 'Map `cachedClients` in src/agent.mjs:42 holds 2,013 OpenAIClient.',
    advice: 'Bound it.',
    holder: 'Map',
    leaked: 'OpenAIClient',
    owner: 'cachedClients',
    file: 'src/agent.mjs',
    line: 42,
    count: 1000,
    total: 2013,
    perMinute: 1000,
    bytes: 3 * 1024 ** 2,
    bytesPerMinute: 3 * 1024 ** 2,
    steps: [1.5 * 1024 ** 2, 1.5 * 1024 ** 2],
    allocatedIn: null,
    path: [],
    fingerprint: '0123456789abcdef',
    ...parts,
  };
}
