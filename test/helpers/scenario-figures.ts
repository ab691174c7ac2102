/** What a run of a scenario measured, some of it not to be had. */
export const figures = {
  floorBytes: 2 ** 20,
  entries: 1,
  timers: 0,
  listeners: null,
  descriptors: 9,
  hitRatio: null,
  throughput: 10,
  workLost: 2,
};
