import type { ProfileNode } from '../../src/diagnose/allocation/allocation-sites.ts';

/** One frame of a stack: `getClient@file:///app/agent.mjs:57`; lines from 1. */
export type Frame = string;

interface Building {
  readonly callFrame: ProfileNode['callFrame'];
  selfSize: number;
  readonly children: Building[];
}

/** A sampling heap profile from stacks, outermost frame first, with the bytes that are alive from each. */
export function profileOf(...stacks: readonly (readonly [stack: readonly Frame[], bytes: number])[]): ProfileNode {
  const root = nodeOf('(root)', '', 0);
  for (const [frames, bytes] of stacks) {
    let node = root;
    for (const frame of frames) {
      const [, name, url, line] = /^(.*?)@(.*):(\d+)$/.exec(frame)!;
      const at = Number(line) - 1;
      let child = node.children.find(({ callFrame: known }) => known.functionName === name && known.lineNumber === at);
      if (child === undefined) node.children.push((child = nodeOf(name!, url!, at)));
      node = child;
    }
    node.selfSize += bytes;
  }
  return root;
}

function nodeOf(functionName: string, url: string, lineNumber: number): Building {
  return { callFrame: { functionName, url, lineNumber, columnNumber: 0 }, selfSize: 0, children: [] };
}
