export const title = 'Gateway: an HTTP service that streams model output';
export const about =
  'A real service on loopback, before a model that is slow, fails, hangs up and falls silent. Its clients check every character, hang up in the middle, read slowly and come in bursts of the same ' +
  'question. Rounds of the same load, floors when all clients have gone; then the model goes down and comes back, memory becomes short, and SIGTERM and SIGINT come in the middle of the load. How it ' +
  'is wired is in `scenarios/gateway`.';
export const sizes = ['small'];
