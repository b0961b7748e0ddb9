// The app as a person meets it, against a server that answers from a table.
import { render } from '@testing-library/react'
import { afterEach, beforeEach, vi } from 'vitest'

export type Answer = { status?: number; body?: unknown }
export type Table = Record<string, Answer | ((request: Request) => Answer | Promise<Answer>)>

class SilentSource {
  close() {}
}

export const ADMIN = {
  id: 'a1',
  username: 'Sam',
  permissions: ['invites.view', 'invites.create'],
  must_change_password: false,
  has_password: true,
  plex: null,
}
export const STATS = {
  users: 2,
  pending: 0,
  active_invites: 1,
  libraries: 3,
  worker_running: true,
  server: { state: 'online', name: 'Aurora' },
  attention: [],
  expiring: { total: 0, items: [] },
  suspended: 0,
  removed: 0,
  recent: [],
}
export const EMPTY = { items: [], next_cursor: null, total: 0, total_is_minimum: false }
export const READY: Table = {
  'GET /setup': { body: { complete: true, next_step: null } },
  'GET /session': { body: { admin: ADMIN } },
  'GET /stats': { body: STATS },
}
export const NOBODY: Answer = {
  status: 401,
  body: { type: 'x', title: 'Not signed in', status: 401, code: 'not_signed_in' },
}

export function serve(table: Table) {
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url)
    const key = `${request.method} ${pathname.replace('/api/v1', '')}`
    const answer = table[key]
    const { status = 200, body } =
      (typeof answer === 'function' ? await answer(request) : answer) ??
      ({ status: 404, body: { title: key, status: 404, code: 'not_found' } } as Answer)
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json' },
    })
  })
}

export async function visit(path: string) {
  // As the server writes it into the page.
  document.head.innerHTML = '<base href="/">'
  history.replaceState(null, '', path)
  vi.resetModules()
  const { App } = await import('./App')
  render(<App />)
}

/** What a browser has, before and after each test of a file. */
export function inBrowser() {
  beforeEach(() => {
    vi.stubGlobal('EventSource', SilentSource)
    vi.stubGlobal('scrollTo', () => {})
    vi.stubGlobal('matchMedia', (query: string) => ({
      matches: query.includes('min-width'),
      addEventListener() {},
      removeEventListener() {},
    }))
    sessionStorage.clear()
    localStorage.clear()
  })

  afterEach(() => {
    vi.unstubAllGlobals()
  })
}
