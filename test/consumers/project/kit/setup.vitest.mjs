import { afterAll } from 'vitest';
import { detectLeaks } from 'plimsoll/test/vitest';

detectLeaks({ settle: '100ms' }, { afterAll });
