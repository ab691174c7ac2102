import { onAbort } from './abort-hub.ts';
import type { Flight, Waiter } from './flight.ts';

/** Called when the last waiter has left a flight, which is then of no use to anybody. */
export type OnDeserted<F> = (flight: F) => void;

/** The result of `flight` for one caller; see {@link waitForAll}. */
export function waitFor<V, F extends Flight<V>>(
  flight: F & Flight<V>,
  signal: AbortSignal | undefined,
  onDeserted: OnDeserted<F>,
): Promise<V> {
  if (signal === undefined) return flight.promise;
  return waitForAll<V, F>([flight], signal, onDeserted).then(([value]) => value!);
}

/**
 * What `take` makes of the result of `flight`, for one caller, who may leave by `signal`. It is called as soon as there is a
 * result, before anything else can happen; what it gives is the caller's even if they leave a moment later.
 */
export function takeFrom<V, F extends Flight<V>, T>(
  flight: F & Flight<V>,
  signal: AbortSignal | undefined,
  onDeserted: OnDeserted<F>,
  take: (value: V) => T,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const waiter: Waiter<V> = {
      resolve: (value) => {
        stopListening?.();
        resolve(take(value));
      },
      reject: (error) => {
        stopListening?.();
        reject(error);
      },
    };
    flight.add(waiter);
    const stopListening =
      signal === undefined
        ? undefined
        : onAbort(signal, () => {
            const { reason } = signal as { reason: unknown };
            waiter.reject(reason);
            if (flight.leave(waiter, reason)) onDeserted(flight);
          });
  });
}

/**
 * The results of flights, in order, or the first error, for one caller, who may leave by `signal`: the promise is then
 * rejected with the signal's own reason. No listener stays on the signal once the promise is settled.
 */
export function waitForAll<V, F extends Flight<V>>(
  flights: readonly (F & Flight<V>)[],
  signal: AbortSignal | undefined,
  onDeserted: OnDeserted<F>,
): Promise<V[]> {
  if (signal === undefined) return Promise.all(flights.map((flight) => flight.promise));
  if (flights.length === 0) return Promise.resolve([]);
  return new Promise<V[]>((resolve, reject) => {
    const values: V[] = [];
    let missing = flights.length;
    const waiters = flights.map((_, at): Waiter<V> => ({ resolve: (value) => arrive(at, value), reject: fail }));
    flights.forEach((flight, at) => flight.add(waiters[at]!));
    const stopListening = onAbort(signal, leave);

    function arrive(at: number, value: V): void {
      values[at] = value;
      if (--missing > 0) return;
      stopListening();
      resolve(values);
    }
    function fail(error: unknown): void {
      stopListening();
      reject(error);
    }
    function leave(): void {
      const { reason } = signal as { reason: unknown };
      fail(reason);
      flights.forEach((flight, at) => {
        if (flight.leave(waiters[at]!, reason)) onDeserted(flight);
      });
    }
  });
}
