// How tests run: none repeated, because a test that fails now and then is a bug. Files share processes, so that each need not
// load the whole program anew, which took a third of all the time.
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{src,test,bench,dashboard}/**/*.test.ts'],
    pool: 'forks',
    isolate: false,
    // Two for each core: half of the tests wait for deadlines to pass most of their time.
    maxWorkers: Math.min(2 * availableParallelism(), 16),
    retry: 0,
    testTimeout: 15_000,
    hookTimeout: 15_000,
  },
})
