// What waits for an admin: it is told in their language, and leads to all of it.
import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { ADMIN, EMPTY, inBrowser, READY, STATS, serve, type Table, visit } from './stage'

inBrowser()

const RIGHTS = ['users.view', 'users.purge', 'users.remove', 'users.sync']
const admin = (change: object = {}) => ({
  body: { admin: { ...ADMIN, permissions: RIGHTS, ...change }, time_zone: 'UTC' },
})
const waiting = (kind: string, reason: string | null = null, id = 'x1') => ({
  kind,
  id,
  name: null,
  reason,
  detail: 'Words of the server.',
  at: null,
  retryable: false,
})
const withAttention = (...attention: object[]): Table => ({
  ...READY,
  'GET /session': admin(),
  'GET /stats': { body: { ...STATS, attention } },
})

describe('what needs attention', () => {
  it('leads to the people who would be purged', async () => {
    serve(withAttention(waiting('purge_held')))
    await visit('/')
    const link = await screen.findByRole('link', { name: /^Look at it: .*idle/ })
    expect(link.getAttribute('href')).toMatch(/\/users\/purge$/)
  })

  it('leads nobody to where they may not go', async () => {
    serve({
      ...withAttention(waiting('purge_held')),
      'GET /session': admin({ permissions: ['users.view'] }),
    })
    await visit('/')
    await screen.findByText(/to be removed for being idle/)
    expect(screen.queryByRole('link', { name: /^Look at it/ })).toBeNull()
  })

  it('is never told in the server’s words', async () => {
    serve({
      ...withAttention(
        waiting('purge_held'),
        waiting('removals_held', 'too_many'),
        waiting('change_failed'),
        waiting('change_failed', 'of_tomorrow', 'x2'),
      ),
      'GET /session': admin({ language: 'de' }),
    })
    await visit('/')
    expect(await screen.findByText(/mehr, als an einem Tag ohne dein Wort/)).toBeTruthy()
    expect(screen.getByText(/mehr Personen als üblich ihren Platz verlieren/)).toBeTruthy()
    expect(screen.getAllByText(/hat die Änderung nicht übernommen/)).toHaveLength(2)
    expect(screen.queryByText(/Words of the server/)).toBeNull()
  })
})

const person = (number: number) => ({
  user_id: `u${number}`,
  name: `member-${number}`,
  reason: 'left_plex',
})
const people = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => person(from + index))
const HELD = {
  users: 500,
  budget: 100,
  since: '2026-11-22T16:05:05.000Z',
  list_id: 'l1',
  total: 250,
  people: people(0, 200),
}

/** The list that waits, in two pages. */
const held: Table = {
  'GET /users/held-removals/l1': (request) => {
    const second = new URL(request.url).searchParams.get('cursor') === 'c2'
    return {
      body: {
        items: second ? people(200, 250) : people(0, 200),
        next_cursor: second ? null : 'c2',
        total: 250,
        total_is_minimum: false,
      },
    }
  },
}

async function expectEverybody() {
  const list = () => screen.getByRole('list', { name: 'People who would be removed' })
  expect(await screen.findByText('200 of 250 shown')).toBeTruthy()
  expect(within(list()).getAllByRole('listitem')).toHaveLength(200)
  await userEvent.click(screen.getByRole('button', { name: 'Load more' }))
  expect(await within(list()).findByText('member-249')).toBeTruthy()
  expect(within(list()).getAllByRole('listitem')).toHaveLength(250)
  expect(screen.queryByRole('button', { name: 'Load more' })).toBeNull()
}

describe('everybody whose removal is confirmed can be seen', () => {
  it('where a sync holds them back', async () => {
    const sync = {
      sync_id: 's1',
      state: 'needs_confirmation',
      actor: { kind: 'system', name: null },
      requested_at: '2026-11-22T16:05:05.000Z',
      ...Object.fromEntries(
        'added updated missing left returned unchanged skipped problems'
          .split(' ')
          .map((name) => [name, 0]),
      ),
      problem: 'too_many',
      needs_confirmation: HELD,
    }
    serve({
      ...withAttention(),
      ...held,
      'GET /users/syncs/s1': { body: sync },
      'GET /users/syncs/s1/items': { body: EMPTY },
    })
    await visit('/users/syncs/s1')
    await expectEverybody()
  })

  it('where the purge by the clock does', async () => {
    serve({
      ...withAttention(),
      ...held,
      'GET /purge/schedule': {
        body: { mode: 'on', warned_count: 0, keeps_everybody: null, needs_confirmation: HELD },
      },
      'POST /purge/preview': { body: { ...EMPTY, purge_count: 0, keep_count: 0 } },
    })
    await visit('/users/purge')
    await expectEverybody()
  })
})

it('an empty list of people says where they come from, and fetches them', async () => {
  let asked = 0
  serve({
    ...withAttention(),
    'GET /users': { body: EMPTY },
    'POST /users/sync': () => {
      asked += 1
      return { status: 202, body: { sync_id: 's1' } }
    },
  })
  await visit('/users')
  expect(await screen.findByText(/whoever has access at Plex/)).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Sync now' }))
  expect(await screen.findByText('PUM compares with Plex')).toBeTruthy()
  expect(asked).toBe(1)
})
