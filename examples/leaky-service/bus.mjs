import { EventEmitter } from 'node:events';

/**
 * What the parts of the service tell each other:
 * `payment:settled` (order id, reference), `stock:changed` (sku, by how many), `export:done` (job id).
 */
export const bus = new EventEmitter();

// Every part of the service listens here, so Node's default of ten listeners is too low.
bus.setMaxListeners(0);
