require('plimsoll/test/jest').detectLeaks({ settle: '100ms' });
