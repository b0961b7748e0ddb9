import { defineConfig } from 'vitest/config'

// Browser tests drive a real Chromium against what `npm run build` made.
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['e2e/**/*.spec.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A browser waits for most of its time: two keep two cores busy.
    maxWorkers: 2,
  },
})
