export const title = "Thread store: the state of an agent's threads";
export const about =
  'A desktop agent keeps three things for every thread of a conversation: deltas not yet sent, the timer that sends them, and the timeout of a running turn. 10,000 threads come and go, five at ' +
  'work at a time; some are closed in the middle of a flush, some never, some turns hang, and now and then a workspace with 600 threads is restored at once. Time is simulated.';
export const sizes = ['small'];
