import { defineConfig } from 'vitest/config'
import tests from './vitest.config.ts'

// What is measured and not judged is no test.
export default defineConfig({
  test: { ...tests.test, include: ['e2e/**/*.bench.ts'], fileParallelism: false },
})
