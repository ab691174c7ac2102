export default { test: { setupFiles: ['./kit/setup.vitest.mjs'] } };
