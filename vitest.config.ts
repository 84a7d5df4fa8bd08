// How tests run: every file in its own process, none repeated, because a test that fails now and then is a bug.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{src,test,bench}/**/*.test.ts'],
    pool: 'forks',
    // Node's own default leaves one core idle, which on two cores takes twice as long.
    maxWorkers: '100%',
    retry: 0,
    testTimeout: 15_000,
    hookTimeout: 15_000,
  },
})
