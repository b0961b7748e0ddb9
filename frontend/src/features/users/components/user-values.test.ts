import { afterEach, describe, expect, it } from 'vitest'
import { adoptZone } from '@/lib/zone'
import type { User } from '../queries'
import { tagsOf } from './tags'
import { fromUser, toPatch, userSchema } from './user-values'
import { apart, endsSoon } from './words'

const PRIYA: User = {
  id: 'u1',
  username: 'priya',
  state: 'active',
  home: false,
  managed: false,
  shares_back: false,
  blocked: false,
  libraries: { mode: 'some', ids: ['a', 'b'] },
  allow_downloads: false,
  allow_4k_transcode: true,
  access_expires_at: null,
  purge_whitelisted: false,
  bot_whitelisted: false,
  has_notes: false,
  notes: null,
  tags: ['family', 'film club'],
  plays: 0,
  watch_seconds: 0,
  added_at: '2026-11-22T16:05:05.000Z',
  version: 3,
  now: {
    libraries: { mode: 'some', ids: ['b', 'a'] },
    allow_downloads: null,
    unknown_libraries: 0,
    pending: false,
    at: '2026-11-22T16:05:05.000Z',
  },
}

afterEach(() => adoptZone(undefined))

describe('the edit form', () => {
  it.each([
    ['UTC', '2026-12-01T00:00:00.000Z'],
    ['Europe/Berlin', '2026-11-30T23:00:00.000Z'],
    ['America/New_York', '2026-12-01T05:00:00.000Z'],
  ])('shows the day that was saved, where days end in %s', (zone, access_expires_at) => {
    adoptZone(zone)
    expect(fromUser({ ...PRIYA, access_expires_at }).ends_day).toBe('2026-11-30')
  })

  it('sends nothing that was not touched', () => {
    expect(toPatch(fromUser(PRIYA), {})).toEqual({})
    const values = { ...fromUser(PRIYA), notes: 'Met at the club.' }
    expect(toPatch(values, { notes: true })).toEqual({ notes: 'Met at the club.' })
  })

  it('takes an end, a note and a link away by null', () => {
    const values = { ...fromUser(PRIYA), notes: '', discord_id: '', ends: 'never' as const }
    expect(toPatch(values, { notes: true, discord_id: true, ends: true })).toEqual({
      notes: null,
      discord_id: null,
      access_expires_on: null,
    })
  })

  it('sends a set of libraries whole', () => {
    const values = { ...fromUser(PRIYA), library_ids: ['a'] }
    expect(toPatch(values, { library_ids: [true] })).toEqual({
      libraries: { mode: 'some', ids: ['a'] },
    })
  })

  it('edits what a suspended person will be given back', () => {
    const kept = { libraries: { mode: 'all' as const }, allow_downloads: true }
    const values = fromUser({ ...PRIYA, state: 'suspended', libraries: null, kept })
    expect([values.libraries, values.allow_downloads]).toEqual(['all', true])
  })

  it('names what is wrong', () => {
    const problems = (change: object) => {
      const result = userSchema.safeParse({ ...fromUser(PRIYA), ...change })
      return result.success ? [] : result.error.issues.map(({ path }) => path.join('.'))
    }
    expect(problems({})).toEqual([])
    expect(problems({ library_ids: [] })).toEqual(['library_ids'])
    expect(problems({ ends: 'date', ends_day: '' })).toEqual(['ends_day'])
    expect(problems({ tags: 'x'.repeat(41) })).toEqual(['tags'])
    expect(problems({ discord_id: 'olivia' })).toEqual(['discord_id'])
  })

  it('reads tags as they are typed', () => {
    expect(tagsOf(' family,film club ,, family')).toEqual(['family', 'film club'])
  })
})

describe('now and wanted', () => {
  const change = {
    id: 'c1',
    state: 'requested' as const,
    cause: 'admin' as const,
    ends_friendship: false,
    requested_at: '2026-11-22T16:05:05.000Z',
  }
  const now = PRIYA.now as NonNullable<User['now']>
  const fewer = { ...PRIYA, now: { ...now, libraries: { mode: 'some' as const, ids: ['a'] } } }

  it('stand beside each other where the server says that Plex differs', () => {
    expect(apart({ ...fewer, drift: { kind: 'narrowed' } })).toBe(true)
    // Whether it is a difference at all is the server's to judge.
    expect(apart(fewer)).toBe(false)
  })

  it('and while a change is under way, unless there is nothing to tell apart', () => {
    expect(apart({ ...fewer, pending_change: change })).toBe(true)
    expect(apart({ ...PRIYA, pending_change: change })).toBe(false)
    const loads = { ...PRIYA, now: { ...now, allow_downloads: true } }
    expect(apart({ ...loads, pending_change: change })).toBe(true)
    expect(apart({ ...PRIYA, now: null, pending_change: change })).toBe(false)
  })

  it('warn of an end within a week, not of one that is over', () => {
    const now = Date.parse('2026-11-22T00:00:00Z')
    const ending = (access_expires_at: string, state: User['state'] = 'active') =>
      endsSoon({ ...PRIYA, state, access_expires_at }, now)
    expect(ending('2026-11-25T00:00:00Z')).toBe(true)
    expect(ending('2026-12-25T00:00:00Z')).toBe(false)
    expect(ending('2026-11-21T00:00:00Z', 'removed')).toBe(false)
  })
})
