import { detectLeaks } from 'plimsoll/test/node';

detectLeaks({ settle: '100ms' });
