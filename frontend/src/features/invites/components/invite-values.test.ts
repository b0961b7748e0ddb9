import { afterEach, describe, expect, it, vi } from 'vitest'
import { dayOf } from '@/lib/day'
import { adoptZone } from '@/lib/zone'
import { emptyInvite, type InviteValues, inviteSchema, toInput, toPatch } from './invite-values'

const problems = (change: Partial<InviteValues>) => {
  const result = inviteSchema.safeParse({ ...emptyInvite(), ...change })
  return result.success ? [] : result.error.issues.map(({ path }) => path.join('.'))
}

afterEach(() => {
  vi.useRealTimers()
  adoptZone(undefined)
})

describe('the invite form', () => {
  it('begins with an invite that can be sent as it is', () => {
    expect(problems({})).toEqual([])
    expect(toInput(emptyInvite())).toEqual({
      label: null,
      expires_on: null,
      max_uses: 1,
      membership_days: null,
      libraries: { mode: 'all' },
      allow_downloads: false,
      grant_purge_whitelist: false,
      grant_bot_whitelist: false,
      require_discord: null,
      require_guild: null,
      bound_email: null,
    })
  })

  it.each<[Partial<InviteValues>, string]>([
    [{ libraries: 'some', library_ids: [] }, 'library_ids'],
    [{ limit: 'some', max_uses: '0' }, 'max_uses'],
    [{ limit: 'some', max_uses: '' }, 'max_uses'],
    [{ limit: 'some', max_uses: '1.5' }, 'max_uses'],
    [{ membership: 'days', membership_days: '-3' }, 'membership_days'],
    [{ expires: 'date', expires_day: '' }, 'expires_day'],
    [{ expires: 'date', expires_day: '2001-01-01' }, 'expires_day'],
    [{ path: 'a b' }, 'path'],
    [{ path: 'ab' }, 'path'],
    [{ label: 'x'.repeat(101) }, 'label'],
    [{ bound_email: 'priya' }, 'bound_email'],
  ])('refuses %j at %s', (change, field) => {
    expect(problems(change)).toEqual([field])
  })

  it('does not mind what stands in a field that is not used', () => {
    expect(problems({ limit: 'unlimited', max_uses: '0' })).toEqual([])
    expect(problems({ expires: 'never', expires_day: '2001-01-01' })).toEqual([])
  })

  it.each([
    // Three in the morning of 1 December in Tokyo.
    ['UTC', '2026-11-30', []],
    ['Asia/Tokyo', '2026-11-30', ['expires_day']],
    ['America/New_York', '2026-11-30', []],
    ['America/New_York', '2026-11-29', ['expires_day']],
  ])('counts the days of %s: %s is over or not', (zone, expires_day, wrong) => {
    vi.setSystemTime('2026-11-30T18:00:00Z')
    adoptZone(zone)
    expect(problems({ expires: 'date', expires_day })).toEqual(wrong)
  })

  it('says in an edit only what was touched', () => {
    const values = { ...emptyInvite(), label: 'Book club', limit: 'unlimited' as const }
    expect(toPatch(values, {})).toEqual({})
    expect(toPatch(values, { label: true, limit: true })).toEqual({
      label: 'Book club',
      max_uses: null,
    })
  })

  it('leaves to the settings what it does not say about Discord', () => {
    const values = { ...emptyInvite(), require_discord: 'no' as const }
    const edited = { ...values, require_guild: 'default' as const }
    expect(toPatch(values, { require_discord: true })).toEqual({ require_discord: false })
    expect(toPatch(edited, { require_guild: true })).toEqual({ require_guild: null })
    expect(toInput({ ...values, require_guild: 'yes' })).toMatchObject({
      require_discord: false,
      require_guild: true,
    })
  })

  it('ends a link with the day, and never shares more than was ticked', () => {
    const input = toInput({
      ...emptyInvite(),
      expires: 'date',
      expires_day: dayOf(),
      libraries: 'some',
      library_ids: ['l2'],
    })
    expect(input.expires_on).toBe(dayOf())
    expect(input.libraries).toEqual({ mode: 'some', ids: ['l2'] })
  })
})
