import { defineConfig } from 'vitest/config';

/** The tests that mutants of the domain are held against: quick ones, without a daemon. */
export default defineConfig({
  test: {
    include: ['test/domain/**/*.test.ts'],
    testTimeout: 20_000,
  },
});
