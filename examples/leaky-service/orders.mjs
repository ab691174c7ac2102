import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { bus } from './bus.mjs';

const PAYMENT_MS = 10;

/** Takes an order, has it paid and answers with its receipt. */
export async function placeOrder(payload, catalogue) {
  const lines = payload.lines.map(({ sku, quantity }) => priceLine(catalogue.get(sku), quantity));
  const order = { id: randomUUID(), status: 'open', reference: null, lines };

  bus.on('payment:settled', (orderId, reference) => {
    if (orderId !== order.id) return;
    order.status = 'paid';
    order.reference = `${payload.customer}/${reference}`;
  });

  await settlePayment(order);
  for (const { sku, quantity } of order.lines) bus.emit('stock:changed', sku, -quantity);
  return { id: order.id, status: order.status, reference: order.reference, cents: totalOf(order) };
}

function priceLine(product, quantity) {
  return { sku: product.sku, title: product.title, quantity, cents: product.price.cents * quantity };
}

function totalOf(order) {
  return order.lines.reduce((sum, line) => sum + line.cents, 0);
}

/** Stands for the payment provider, which answers by event. */
async function settlePayment(order) {
  await delay(PAYMENT_MS);
  bus.emit('payment:settled', order.id, order.id.slice(0, 8).toUpperCase());
}
