/** The line at the top, and what is said of the process beside it. */
import { byId, setAttribute, setText } from '../dom.ts';
import { ABSENT, durationText, timeLeftText } from '../format.ts';
import type { PageState, Panel } from '../state.ts';
import { type VerdictLine, verdictOf } from '../verdict.ts';
import { number, text } from '../wire.ts';
import { floorShareText } from './memory.ts';

export class VerdictPanel implements Panel {
  show({ sample, info }: PageState): void {
    const verdict = verdictOf(sample);
    setAttribute(byId('verdict'), 'data-level', verdict.level ?? 'unknown');
    setText(byId('verdict-word'), verdict.word);
    setText(byId('verdict-reason'), verdict.reason);
    const left = verdict.timeToLimitMs;
    setText(byId('time-left'), left === null ? ABSENT : timeLeftText(left));
    setText(byId('time-left-note'), noteOn(verdict));
    setText(byId('floor-share'), floorShareText(sample));
    setText(byId('floor-growth'), verdict.growth);
    const { name, about } = aboutOf(sample, info);
    setText(byId('about-name'), name);
    setText(byId('about'), about);
    const word = verdict.level === null || verdict.level === 'ok' ? '' : `${verdict.word.toUpperCase()} · `;
    document.title = `${word}${name}`;
  }
}

function noteOn({ level, timeToLimitMs }: VerdictLine): string {
  if (timeToLimitMs !== null) return 'at the present rate';
  return level === null ? 'not judged' : 'nothing grows towards a limit';
}

function aboutOf(sample: unknown, info: unknown): { name: string; about: string } {
  const pid = number(sample, 'process', 'pid');
  const uptime = number(sample, 'process', 'uptimeSeconds');
  const monitor = text(sample, 'monitor', 'name');
  const runtime = text(sample, 'monitor', 'runtime') ?? text(info, 'runtime', 'version');
  const version = text(info, 'version');
  const note = text(sample, 'note');
  const parts = [
    ...(version === null ? [] : [`version ${version}`]),
    ...(runtime === null ? [] : [runtime]),
    ...(pid === null ? [] : [`process ${pid}`]),
    ...(uptime === null ? [] : [`up ${durationText(uptime * 1000)}`]),
    ...(note === null ? [] : [note]),
  ];
  return { name: monitor === null || monitor === 'monitor' ? 'Plimsoll' : monitor, about: parts.join(' · ') };
}
