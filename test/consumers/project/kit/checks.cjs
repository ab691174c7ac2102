// What the kit has to do under every runner; the runner's own things are handed in.
'use strict';

/** Resolves with what was not so. */
exports.wrongs = async function wrongs({ measureLeak, expectNoLeak, track, expect, mock }) {
  const wrong = [];
  const check = (what, isSo) => void (isSo || wrong.push(what));
  const byKey = new Map();
  const leaky = (i) => void byKey.set(i, { data: Array.from({ length: 120 }, () => i) });
  const error = await expectNoLeak(leaky, { name: 'leaky' }).catch((thrown) => thrown);
  check(`a leak is named: ${error?.message}`, error?.code === 'PLIM_ERR_LEAK_FOUND' && error.leaks.length > 0);
  if (process.versions.bun === undefined)
    check(`with its owner: ${error?.message}`, error.leaks[0].owner.endsWith('byKey'));
  const fine = await measureLeak((i) => JSON.stringify({ i }));
  check(`what keeps nothing passes: ${fine.reason}`, fine.verdict === 'pass');
  if (mock !== undefined) {
    const mocked = await measureLeak((i) => mock({ i, data: Array.from({ length: 120 }, () => i) }));
    check(`a mock that keeps its calls is no leak: ${mocked.reason}`, mocked.verdict !== 'fail');
  }
  if (expect !== undefined) {
    const kept = [];
    await expect(() => ({ made: 'here' })).toBeCollected();
    await expect(() => (kept.push({ made: 'here' }), kept[0])).not.toBeCollected({ settle: 10 });
    const handle = track({ made: 'there' });
    await expect(handle).toBeCollected();
    const refused = await (async () => expect({ made: 'here' }).toBeCollected())().catch((thrown) => thrown);
    check('the object itself is refused', refused?.code === 'PLIM_ERR_OPTION_INVALID');
  }
  return wrong;
};
