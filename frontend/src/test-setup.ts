// Runs before every test file.
import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

// A page is loaded part by part; a busy machine needs its time for each.
configure({ asyncUtilTimeout: 20_000 })

afterEach(cleanup)
