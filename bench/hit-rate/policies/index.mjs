// The policies that ours is compared with.
import { Lirs } from './lirs.mjs';
import { Fifo, Lfu, Lru } from './plain.mjs';
import { Arc, S3Fifo, Sieve } from './queues.mjs';
import { Climber, densityAbove512, WTinyLfu } from './w-tinylfu.mjs';

const fixed = (window) => (capacity, count) => new WTinyLfu(capacity, count, { window });
const steered = (steering) => (capacity, count) => new WTinyLfu(capacity, count, { steering });

/** By name: (capacity, number of ids) -> { access(id): hit or not }. */
export const references = {
  LRU: (capacity, count) => new Lru(capacity, count),
  FIFO: (capacity, count) => new Fifo(capacity, count),
  LFU: (capacity, count) => new Lfu(capacity, count),
  SIEVE: (capacity, count) => new Sieve(capacity, count),
  'S3-FIFO': (capacity, count) => new S3Fifo(capacity, count),
  ARC: (capacity, count) => new Arc(capacity, count),
  LIRS: (capacity, count) => new Lirs(capacity, count),
  'W-TinyLFU 1 %': fixed(0.01),
  'W-TinyLFU 20 %': fixed(0.2),
  'W-TinyLFU climbing': steered((capacity) => new Climber(capacity)),
  'W-TinyLFU density': steered(densityAbove512),
};
