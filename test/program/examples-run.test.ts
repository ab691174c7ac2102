/** The examples of `plimsoll run`, which take their time. */
import { afterAll, beforeAll, test } from 'vitest';
import { check, cleanUp, EXAMPLES, isLeftOut, prepare } from '../helpers/examples.ts';

beforeAll(prepare);
afterAll(cleanUp);

for (const [name, example] of Object.entries(EXAMPLES).filter(([, { isLong = false }]) => isLong)) {
  test.skipIf(isLeftOut(example))(name, () => check(name, example));
}
