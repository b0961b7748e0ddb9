// Ctrl K: pages, actions, and whoever and whatever has the letters that were typed.
import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { ADMIN, inBrowser, READY, serve, type Table, visit } from '../stage'

inBrowser()

const page = (items: object[]) => ({
  items,
  next_cursor: null,
  total: items.length,
  total_is_minimum: false,
})

/** A server that knows one person and one invite, and writes down what it was asked. */
function knowing(permissions: string[]) {
  const asked: string[] = []
  const look =
    (item: object): Table[string] =>
    (request) => {
      asked.push(new URL(request.url).search)
      return { body: page([item]) }
    }
  serve({
    ...READY,
    'GET /session': { body: { admin: { ...ADMIN, permissions }, time_zone: 'UTC' } },
    // By an address that does not have the letters of the name.
    'GET /users': look({ id: 'u1', username: 'Priya', email: 'marigold@example.org' }),
    'GET /invites': look({ id: 'i1', label: 'Marigold club', code: 'abc' }),
  })
  return asked
}

async function type(words: string) {
  await visit('/')
  await screen.findByText('All is well.')
  await userEvent.keyboard('{Control>}k{/Control}')
  await userEvent.type(await screen.findByRole('combobox'), words)
}

it('finds people and invites, and opens them by the keyboard', async () => {
  const asked = knowing(['users.view', 'invites.view'])
  await type('marigold')
  expect(await screen.findByRole('option', { name: 'Priya' })).toBeTruthy()
  expect(await screen.findByRole('option', { name: 'Marigold club' })).toBeTruthy()
  expect(screen.getByText('People')).toBeTruthy()
  // Asked once the typing paused, not letter by letter.
  expect(asked).toHaveLength(2)
  expect(asked[0]).toContain('q=marigold')
  await userEvent.keyboard('{ArrowDown}{Enter}')
  await waitFor(() => expect(location.pathname).toBe('/invites/i1'))
})

it('looks only for what this admin may see', async () => {
  const asked = knowing(['invites.view'])
  await type('marigold')
  expect(await screen.findByRole('option', { name: 'Marigold club' })).toBeTruthy()
  expect(screen.queryByRole('option', { name: 'Priya' })).toBeNull()
  expect(asked).toHaveLength(1)
})

it('says that nothing fits only when it has looked', async () => {
  serve({
    ...READY,
    'GET /session': {
      body: { admin: { ...ADMIN, permissions: ['users.view'] }, time_zone: 'UTC' },
    },
    'GET /users': { body: page([]) },
  })
  await type('zzz')
  expect(screen.getByText('Searching…')).toBeTruthy()
  expect(await screen.findByText('Nothing matches.')).toBeTruthy()
})
