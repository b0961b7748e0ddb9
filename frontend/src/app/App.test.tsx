import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { ADMIN, EMPTY, inBrowser, NOBODY, READY, serve, visit } from './stage'

inBrowser()

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
