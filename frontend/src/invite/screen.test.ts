import { describe, expect, it, vi } from 'vitest'
import { UNREACHABLE } from '@/api/problem'
import { failure, model, redemption } from './fixtures'
import { isRefusal, type Model, screenOf, troubleOf } from './screen'
import type { Redemption } from './types'

const screen = (change: Partial<Model>) => {
  const { name, ...rest } = screenOf(model(change))
  return [name, ...Object.values(rest).filter((value) => value !== null && value !== false)].join(
    ' ',
  )
}
const own = (change: Partial<Redemption>) => screen({ redemption: redemption(change) })

describe('the screen of a redemption', () => {
  it.each<[Partial<Redemption>, string]>([
    [{ state: 'open' }, 'welcome'],
    [{ state: 'open', plex_sign_in: 'started' }, 'welcome'],
    [{ state: 'open', plex_sign_in: 'attached' }, 'signing_in checking'],
    [{ state: 'plex_linked' }, 'confirm'],
    [{ state: 'ready' }, 'confirm'],
    [{ state: 'ready', plex_sign_in: 'attached' }, 'signing_in checking'],
    [{ state: 'seat_taken' }, 'joining'],
    [{ state: 'seat_taken', reason: 'plex_auth' }, 'joining'],
    [{ state: 'seat_taken', plex_sign_in: 'attached' }, 'joining'],
    [{ state: 'invited' }, 'joining'],
    [{ state: 'invited', reason: 'plex_unavailable' }, 'joining'],
    [{ state: 'invited', reason: 'accept_by_email' }, 'email'],
    [{ state: 'done' }, 'done'],
    [{ state: 'already_member' }, 'already_member'],
    [{ state: 'failed', reason: 'plex_share_limit' }, 'failed plex_share_limit'],
    [{ state: 'failed', reason: 'gave_up', may_retry: true }, 'failed gave_up true'],
    [{ state: 'failed', reason: 'abandoned' }, 'failed abandoned true'],
    [{ state: 'failed' }, 'failed other'],
  ])('%j is “%s”', (change, expected) => {
    expect(own(change)).toBe(expected)
  })

  it('wins over an invite that admits nobody else', () => {
    const inviteFailure = failure(410, 'invite_used_up')
    const done = redemption({ state: 'done' })
    expect(screen({ redemption: done, invite: null, inviteFailure })).toBe('done')
  })

  it('leaves the word to the invite while nothing has been done with it', () => {
    const inviteFailure = failure(410, 'invite_expired')
    expect(screen({ redemption: redemption(), invite: null, inviteFailure })).toBe(
      'dead_end expired',
    )
  })

  it('can’t start over by an invite that is gone', () => {
    const abandoned = redemption({ state: 'failed', reason: 'abandoned' })
    expect(screen({ redemption: abandoned, invite: null })).toBe('failed abandoned')
  })

  it('goes back to the linked account when a switch is called off', () => {
    const switching = redemption({ state: 'ready', plex_sign_in: 'attached' })
    expect(screen({ redemption: switching, signIn: 'pending' })).toBe('signing_in pending')
    expect(screen({ redemption: switching, signIn: 'kept' })).toBe('confirm')
  })

  it('shows why an account was turned away, until another one is tried', () => {
    const attached = redemption({ plex_sign_in: 'attached' })
    expect(screen({ redemption: attached, refused: 'home_member' })).toBe('refused home_member')
    expect(screen({ redemption: null, refused: 'ask_the_host' })).toBe('refused ask_the_host')
    const seated = redemption({ state: 'seat_taken' })
    expect(screen({ redemption: seated, refused: 'home_member' })).toBe('joining')
  })
})

describe('the screen without a redemption', () => {
  it.each<[number, string, string]>([
    [404, 'not_found', 'dead_end unknown'],
    [422, 'validation_failed', 'dead_end unknown'],
    [410, 'invite_expired', 'dead_end expired'],
    [410, 'invite_used_up', 'dead_end used_up'],
    [410, 'invite_paused', 'dead_end paused'],
    [429, 'too_many_requests', 'dead_end too_many'],
    [500, 'internal', 'dead_end broken req-1'],
    [503, 'unavailable', 'dead_end unreachable req-1'],
    [0, UNREACHABLE, 'dead_end unreachable'],
  ])('%i %s is “%s”', (status, code, expected) => {
    expect(screen({ invite: null, inviteFailure: failure(status, code) })).toBe(expected)
  })

  it('is the invite itself, or nothing before the first answer', () => {
    expect(screen({})).toBe('welcome')
    expect(screen({ loaded: false })).toBe('loading')
  })

  it('says offline when the browser is', () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    expect(screen({ redemptionFailure: failure(0, UNREACHABLE) })).toBe('dead_end offline')
  })
})

describe('what is said about a failed press', () => {
  it.each<[number, string, string]>([
    [0, UNREACHABLE, 'unreachable'],
    [502, 'plex_unreachable', 'plex'],
    [504, 'plex_timeout', 'plex'],
    [404, 'redemption_not_found', 'lost'],
    [409, 'redemption_replaced', 'lost'],
    [403, 'plex_sign_in_foreign', 'sign_in'],
    [409, 'invite_used_up', 'seats_gone'],
    [410, 'invite_expired', 'expired'],
    [410, 'invite_paused', 'paused'],
    [429, 'too_many_requests', 'too_many'],
    [503, 'storage_full', 'unreachable'],
    [500, 'internal', 'broken'],
  ])('%i %s is “%s”', (status, code, kind) => {
    expect(troubleOf(failure(status, code)).kind).toBe(kind)
  })

  it('names the request only when the server itself failed', () => {
    expect(troubleOf(failure(500, 'internal')).reference).toBe('req-1')
    expect(troubleOf(failure(429, 'too_many_requests')).reference).toBeNull()
  })
})

it('tells a refused account from a refused request', () => {
  expect(isRefusal('owner_account')).toBe(true)
  expect(isRefusal('invite_changed')).toBe(false)
})
