import { defineConfig } from 'vitest/config'

// Browser tests drive a real Chromium against what `npm run build` made.
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['e2e/**/*.spec.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One browser at a time keeps small machines usable.
    fileParallelism: false,
  },
})
