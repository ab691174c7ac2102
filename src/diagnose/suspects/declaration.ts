import type { CodePlace, Suspect } from '../../snapshot/index.ts';
import type { Places } from '../sources/index.ts';
import { ownerName } from './sentence.ts';

/**
 * Where a reader should look: the declaration of the variable at which the path begins, else of the property in its
 * class; else what of the program's code is nearest. `null` when nothing of the program is near.
 *
 * In a bundle all modules share one scope and names are shortened: a place in that scope says nothing there, and what
 * is known of classes comes first.
 */
export function declarationPlace(suspect: Suspect, places: Places): CodePlace | null {
  if (suspect.owner.variablePlace !== null) return suspect.owner.variablePlace;
  const scope = programPlace(suspect.owner.scope?.place ?? null, places);
  const variable = suspect.owner.variable || variableOf(ownerName(suspect));
  const declared = scope === null || variable === '' ? null : places.findDeclaration(scope, variable);
  if (declared !== null) return declared;
  const isPlain = scope !== null && variable !== '' && places.resolve(scope) === scope;
  return isPlain
    ? scope
    : (timerPlace(suspect, places) ?? nearPlace(suspect, places) ?? (scope && places.resolve(scope)));
}

/** A scope is no path; the variable in it begins the expression. */
function variableOf(expression: string): string {
  return /^[$\w]+/.exec(expression)?.[0] ?? '';
}

function programPlace(place: CodePlace | null, places: Places): CodePlace | null {
  return place !== null && places.isProgramScript(place.url) ? place : null;
}

/** The runtime's list of timers is declared where nobody can mend it. */
function timerPlace({ holder, facts }: Suspect, places: Places): CodePlace | null {
  return holder === 'TimersList' && facts.callback !== null ? places.resolve(facts.callback.place) : null;
}

/** The class that holds, the module that holds, the units' callback, the units' class. */
function nearPlace({ owner, holderPlace, facts }: Suspect, places: Places): CodePlace | null {
  const inner = owner.classPlaces.at(-1) ?? holderPlace;
  if (inner !== null) return places.findDeclaration(inner, owner.lastName) ?? places.resolve(inner);
  if (owner.headUrl !== null && places.isProgramScript(owner.headUrl)) {
    const start = { url: owner.headUrl, line: 0, column: 0 };
    return places.findDeclaration(start, owner.lastName) ?? places.resolve(start);
  }
  const nearest = facts.callback?.place ?? facts.site;
  return nearest === null ? null : places.resolve(nearest);
}
