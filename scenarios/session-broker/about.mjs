export const title = 'Session broker: many sessions in one process';
export const about =
  'Fifteen sessions, each of which draws its status line more than three times a second from what it keeps; sessions end and others take their place. Then budgets are used up on purpose, keys tried ' +
  'that belong to others, 100 sessions churned. Minutes are simulated but with `--long`, which takes ten real ones, with heap snapshots before and after. Bun tells nothing of collections, so the rows ' +
  'that go by them are not known there.';
export const sizes = ['small', 'long'];
export const runtimes = ['Bun'];
