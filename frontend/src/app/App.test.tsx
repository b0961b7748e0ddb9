// The app as a person meets it, against a server that answers from a table.
import { render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

type Answer = { status?: number; body?: unknown }
type Table = Record<string, Answer | ((request: Request) => Answer | Promise<Answer>)>

class SilentSource {
  close() {}
}

const ADMIN = {
  id: 'a1',
  username: 'Sam',
  permissions: ['invites.view', 'invites.create'],
  must_change_password: false,
  has_password: true,
  plex: null,
}
const STATS = {
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
const EMPTY = { items: [], next_cursor: null, total: 0, total_is_minimum: false }
const READY: Table = {
  'GET /setup': { body: { complete: true, next_step: null } },
  'GET /session': { body: { admin: ADMIN } },
  'GET /stats': { body: STATS },
}
const NOBODY: Answer = {
  status: 401,
  body: { type: 'x', title: 'Not signed in', status: 401, code: 'not_signed_in' },
}

function serve(table: Table) {
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

async function visit(path: string) {
  history.replaceState(null, '', path)
  vi.resetModules()
  const { App } = await import('./App')
  render(<App />)
}

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

describe('coming in', () => {
  it('leads to the wizard until PUM is set up', async () => {
    serve({
      'GET /setup': { body: { complete: false, next_step: 'admin' } },
      'GET /session': NOBODY,
    })
    await visit('/users')
    expect(await screen.findByLabelText('Setup code')).toBeTruthy()
    expect(location.pathname).toBe('/setup')
  })

  it('asks strangers to sign in, and then shows the page they wanted', async () => {
    let signedIn = false
    serve({
      ...READY,
      'GET /session': () => (signedIn ? { body: { admin: ADMIN } } : NOBODY),
      'POST /session': () => {
        signedIn = true
        return { body: { admin: ADMIN } }
      },
      'GET /invites': { body: EMPTY },
    })
    await visit('/invites?status=paused')
    const user = userEvent.setup()
    await user.type(await screen.findByLabelText('Username'), 'sam')
    await user.type(screen.getByLabelText('Password'), 'correct horse battery')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(await screen.findByRole('heading', { level: 1, name: 'Invites' })).toBeTruthy()
    expect(location.search).toBe('?status=paused')
  })

  it('says why a sign-in was refused, and keeps the name', async () => {
    serve({
      ...READY,
      'GET /session': NOBODY,
      'POST /session': {
        status: 401,
        body: { title: 'Bad credentials', status: 401, code: 'bad_credentials' },
      },
    })
    await visit('/sign-in')
    const user = userEvent.setup()
    await user.type(await screen.findByLabelText('Username'), 'sam')
    await user.type(screen.getByLabelText('Password'), 'wrong')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    expect((await screen.findByRole('alert')).textContent).toMatch(/password is wrong/)
    expect(screen.getByLabelText<HTMLInputElement>('Username').value).toBe('sam')
  })
})

describe('inside', () => {
  it('draws only the places that this admin may open', async () => {
    serve(READY)
    await visit('/')
    await screen.findByText('All is well.')
    const [nav] = screen.getAllByRole('navigation', { name: 'Main' })
    const places = within(nav as HTMLElement)
      .getAllByRole('link')
      .map((link) => link.textContent)
    expect(places).toEqual(['Dashboard', 'Invites'])
  })

  it('speaks the language that this admin saved, whatever the browser prefers', async () => {
    serve({ ...READY, 'GET /session': { body: { admin: { ...ADMIN, language: 'de' } } } })
    await visit('/')
    expect(await screen.findByText('Alles läuft.')).toBeTruthy()
    expect(document.documentElement.lang).toBe('de')
  })

  it('names the permission that a direct link needs', async () => {
    serve(READY)
    await visit('/history')
    expect(await screen.findByText(/history\.view/)).toBeTruthy()
  })

  it('moves the focus to the heading of the page', async () => {
    serve({ ...READY, 'GET /invites': { body: EMPTY } })
    await visit('/')
    await screen.findByText('All is well.')
    const [nav] = screen.getAllByRole('navigation', { name: 'Main' })
    await userEvent.click(within(nav as HTMLElement).getByRole('link', { name: 'Invites' }))
    const heading = await screen.findByRole('heading', { level: 1, name: 'Invites' })
    await waitFor(() => expect(document.activeElement).toBe(heading))
    expect(document.title).toBe('Invites · PUM')
  })

  it('shows what failed in its place, with a reference, and tries again', async () => {
    let works = false
    serve({
      ...READY,
      'GET /invites': () =>
        works
          ? { body: EMPTY }
          : {
              status: 400,
              body: { title: 'Bad', status: 400, code: 'bad_cursor', request_id: 'ref-1' },
            },
    })
    await visit('/invites')
    expect((await screen.findByRole('alert')).textContent).toMatch(/ref-1/)
    works = true
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
    expect(await screen.findByText('No invites yet')).toBeTruthy()
  })

  it('leads back to the sign-in page when the session ends', async () => {
    let ended = false
    serve({
      ...READY,
      'GET /session': () => (ended ? NOBODY : { body: { admin: ADMIN } }),
      'GET /invites': () => (ended ? NOBODY : { body: EMPTY }),
    })
    await visit('/')
    await screen.findByText('All is well.')
    ended = true
    const [nav] = screen.getAllByRole('navigation', { name: 'Main' })
    await userEvent.click(within(nav as HTMLElement).getByRole('link', { name: 'Invites' }))
    expect(await screen.findByLabelText('Username')).toBeTruthy()
    expect(location.search).toContain('next=')
  })
})
