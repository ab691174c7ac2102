export const title = 'Client cache: one API client per key';
export const about =
  'A service that calls an API for its customers keeps one client for each of their keys. Thirty simulated days: new keys all day long, a few more every day; keys that are changed every night; bursts ' +
  'of callers for one key, keys that are not used again, streams that hold their client for hours. Floors are taken at the end of each day.';
export const sizes = ['small', 'long'];
