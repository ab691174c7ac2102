/** Where in the user's own sources a name or a place is. */
export { Places, type PlacesOptions } from './places.ts';
export { projectPath } from './project-path.ts';
export { SourceNames } from './source-names.ts';
export { SourcePlaces } from './source-places.ts';
