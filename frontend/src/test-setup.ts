// Runs before every test file.
import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

// A page is loaded part by part; a busy machine needs its time for each.
configure({ asyncUtilTimeout: 20_000 })

afterEach(cleanup)

// jsdom lays nothing out, so nothing comes into sight.
globalThis.IntersectionObserver ??= class {
  observe() {}
  disconnect() {}
} as unknown as typeof IntersectionObserver
