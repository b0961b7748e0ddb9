import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UNREACHABLE } from '@/api/problem'
import { createPin } from '@/lib/plex-pin'
import type { Api } from './api'
import { failure, invite, redemption } from './fixtures'
import { screenOf, termsOf } from './screen'
import { createVisit, type Surroundings, type Visit } from './visit'

vi.mock('@/lib/plex-pin', () => ({ createPin: vi.fn() }))

const NONE = failure(404, 'redemption_not_found')
const PENDING = failure(409, 'plex_sign_in_pending')
const attached = redemption({ plex_sign_in: 'attached' })
const plex = { username: 'priya', email_masked: 'p•••@example.org', thumb: null }
const ready = redemption({ state: 'ready', plex })

/** An API whose every operation answers as a test says. */
const api = {
  invite: vi.fn<Api['invite']>(),
  redemption: vi.fn<Api['redemption']>(),
  start: vi.fn<Api['start']>(),
  startPlex: vi.fn<Api['startPlex']>(),
  attachPin: vi.fn<Api['attachPin']>(),
  completePlex: vi.fn<Api['completePlex']>(),
  accept: vi.fn<Api['accept']>(),
  retry: vi.fn<Api['retry']>(),
}
const memory = new Map<string, string>()
const around = {
  leaveFor: vi.fn<Surroundings['leaveFor']>(),
  remember: (key: string, value: string) => void memory.set(key, value),
  recall: (key: string) => memory.get(key) ?? null,
}

let visit: Visit
const screen = () => {
  const shown = screenOf(visit.model())
  return 'at' in shown ? `${shown.name} ${shown.at}` : shown.name
}

beforeEach(() => {
  vi.useFakeTimers()
  for (const operation of Object.values(api)) operation.mockReset()
  around.leaveFor.mockReset()
  memory.clear()
  api.invite.mockResolvedValue(invite)
  api.redemption.mockRejectedValue(NONE)
  api.start.mockResolvedValue(redemption())
  const request = { method: 'POST', url: 'https://plex.tv/api/v2/pins', headers: {} }
  api.startPlex.mockResolvedValue({ pin_request: request })
  api.attachPin.mockResolvedValue({ sign_in_url: 'https://app.plex.tv/auth#?code=c' })
  vi.mocked(createPin).mockResolvedValue({ id: '1', code: 'c' })
  visit = createVisit(api, around)
})

afterEach(() => {
  // Whatever still asks must not go on into the next test.
  api.completePlex.mockResolvedValue(ready)
  api.redemption.mockResolvedValue(redemption({ state: 'done' }))
  vi.runOnlyPendingTimers()
  vi.useRealTimers()
})

async function arriveWith(own: ReturnType<typeof redemption>) {
  api.redemption.mockResolvedValue(own)
  await visit.load()
}

describe('signing in', () => {
  it('starts a redemption, lets the browser fetch the PIN, and leaves for Plex', async () => {
    await visit.load()
    await visit.signIn()
    expect(api.start).toHaveBeenCalledOnce()
    expect(createPin).toHaveBeenCalledWith(expect.objectContaining({ method: 'POST' }))
    expect(api.attachPin).toHaveBeenCalledWith({ id: '1', code: 'c' })
    expect(around.leaveFor).toHaveBeenCalledWith('https://app.plex.tv/auth#?code=c')
  })

  it('goes on with the redemption that this browser has', async () => {
    await arriveWith(redemption())
    await visit.signIn()
    expect(api.start).not.toHaveBeenCalled()
    expect(around.leaveFor).toHaveBeenCalled()
  })

  it('does nothing on a second press', async () => {
    await visit.load()
    await Promise.all([visit.signIn(), visit.signIn()])
    expect(api.startPlex).toHaveBeenCalledOnce()
  })

  it('names the browser’s way to plex.tv when that is blocked', async () => {
    await visit.load()
    vi.mocked(createPin).mockRejectedValue(new TypeError('Failed to fetch'))
    await visit.signIn()
    expect(visit.model().problem?.kind).toBe('plex_from_browser')
    expect(visit.model().busy).toBeNull()
    expect(around.leaveFor).not.toHaveBeenCalled()
  })

  it('shows what the invite says when it has run out meanwhile', async () => {
    await visit.load()
    api.start.mockRejectedValue(failure(410, 'invite_expired'))
    api.invite.mockRejectedValue(failure(410, 'invite_expired'))
    await visit.signIn()
    expect(screenOf(visit.model())).toMatchObject({ name: 'dead_end', why: 'expired' })
  })
})

describe('coming back from Plex', () => {
  it('asks until Plex says who it is', async () => {
    api.completePlex.mockRejectedValueOnce(PENDING).mockResolvedValueOnce(ready)
    memory.set('pum.invite.sign_in.r1', 'https://app.plex.tv/auth#?code=c')
    await arriveWith(attached)
    await vi.advanceTimersByTimeAsync(0)
    expect(screen()).toBe('signing_in pending')
    expect(visit.model().signInUrl).toContain('app.plex.tv')
    await vi.advanceTimersByTimeAsync(2000)
    expect(screen()).toBe('confirm')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(api.completePlex).toHaveBeenCalledTimes(2)
  })

  it('stops asking when the sign-in has run out, and offers another', async () => {
    api.completePlex.mockRejectedValue(failure(409, 'plex_sign_in_expired'))
    await arriveWith(attached)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(screen()).toBe('signing_in expired')
    expect(api.completePlex).toHaveBeenCalledOnce()
  })

  it('tells an account why it is turned away, and lets another one try', async () => {
    api.completePlex.mockRejectedValue(failure(403, 'home_member'))
    await arriveWith(attached)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(screenOf(visit.model())).toEqual({ name: 'refused', code: 'home_member' })
    expect(api.completePlex).toHaveBeenCalledOnce()
    await visit.signIn()
    expect(around.leaveFor).toHaveBeenCalled()
  })

  it('keeps asking through an outage, and says so', async () => {
    api.completePlex.mockRejectedValueOnce(failure(0, UNREACHABLE)).mockResolvedValueOnce(ready)
    await arriveWith(attached)
    await vi.advanceTimersByTimeAsync(0)
    expect(visit.model().stale).toBe(true)
    await vi.advanceTimersByTimeAsync(2000)
    expect(screen()).toBe('confirm')
    expect(visit.model().stale).toBe(false)
  })

  it('waits as long as the server asks for', async () => {
    api.completePlex
      .mockRejectedValueOnce(failure(429, 'too_many_requests', 30))
      .mockResolvedValueOnce(ready)
    await arriveWith(attached)
    await vi.advanceTimersByTimeAsync(29_000)
    expect(api.completePlex).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(1000)
    expect(screen()).toBe('confirm')
  })

  it('sees where things stand when the page was never unloaded', async () => {
    await visit.load()
    await visit.signIn()
    expect(visit.model().busy).toBe('sign_in')
    api.completePlex.mockResolvedValue(ready)
    api.redemption.mockResolvedValue(attached)
    visit.cameBack()
    await vi.advanceTimersByTimeAsync(0)
    expect(screen()).toBe('confirm')
    expect(visit.model().busy).toBeNull()
  })
})

describe('accepting', () => {
  it('accepts the terms that are on the screen', async () => {
    api.invite.mockResolvedValue({ ...invite, invite_version: 4 })
    await arriveWith(ready)
    const seated = redemption({ state: 'seat_taken', plex })
    api.accept.mockResolvedValue(seated)
    api.redemption.mockResolvedValue(seated)
    await visit.accept()
    expect(api.accept).toHaveBeenCalledWith(ready, 4)
    expect(screen()).toBe('joining')
  })

  it('shows changed terms and accepts those', async () => {
    await arriveWith(ready)
    api.accept.mockRejectedValueOnce(failure(409, 'invite_changed'))
    api.invite.mockResolvedValue({ ...invite, invite_version: 2 })
    await visit.accept()
    expect(screen()).toBe('confirm')
    expect(visit.model().changed).toBe(true)
    api.accept.mockResolvedValue(redemption({ state: 'seat_taken', plex }))
    await visit.accept()
    expect(api.accept).toHaveBeenLastCalledWith(ready, 2)
    expect(visit.model().changed).toBe(false)
  })

  it('stays ready when the last seat went to somebody else', async () => {
    await arriveWith(ready)
    api.accept.mockRejectedValue(failure(409, 'invite_used_up'))
    api.invite.mockRejectedValue(failure(410, 'invite_used_up'))
    await visit.accept()
    expect(screen()).toBe('confirm')
    expect(visit.model().problem?.kind).toBe('seats_gone')
    expect(visit.model().invite).not.toBeNull()
  })

  it('begins again when this browser’s redemption is gone', async () => {
    await arriveWith(ready)
    api.accept.mockRejectedValue(failure(404, 'redemption_not_found'))
    api.redemption.mockRejectedValue(NONE)
    await visit.accept()
    expect(screen()).toBe('welcome')
    expect(visit.model().problem?.kind).toBe('lost')
  })

  it('follows another tab that was quicker', async () => {
    await arriveWith(ready)
    api.accept.mockRejectedValue(failure(409, 'redemption_out_of_step'))
    api.redemption.mockResolvedValue(redemption({ state: 'seat_taken', plex }))
    await visit.accept()
    expect(screen()).toBe('joining')
  })

  it('keeps the account when a switch is called off', async () => {
    api.completePlex.mockRejectedValue(PENDING)
    await arriveWith({ ...ready, plex_sign_in: 'attached' })
    await vi.advanceTimersByTimeAsync(0)
    expect(screen()).toBe('signing_in pending')
    visit.keepAccount()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(screen()).toBe('confirm')
    expect(api.completePlex).toHaveBeenCalledOnce()
  })
})

describe('following the progress', () => {
  it('looks every second at first, less often while nothing moves, and ends when it is done', async () => {
    await arriveWith(redemption({ state: 'seat_taken', plex }))
    api.redemption.mockClear()
    await vi.advanceTimersByTimeAsync(60_000)
    const looks = api.redemption.mock.calls.length
    expect(looks).toBeGreaterThan(10)
    expect(looks).toBeLessThan(25)
    api.redemption.mockResolvedValue(redemption({ state: 'done', plex }))
    await vi.advanceTimersByTimeAsync(5000)
    expect(screen()).toBe('done')
    api.redemption.mockClear()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(api.redemption).not.toHaveBeenCalled()
  })

  it('keeps what it knows through an outage', async () => {
    await arriveWith(redemption({ state: 'seat_taken', plex }))
    api.redemption.mockRejectedValue(failure(0, UNREACHABLE))
    await vi.advanceTimersByTimeAsync(3000)
    expect(screen()).toBe('joining')
    expect(visit.model().stale).toBe(true)
  })

  it('goes on after a retry', async () => {
    await arriveWith(redemption({ state: 'failed', reason: 'gave_up', may_retry: true, plex }))
    expect(screen()).toBe('failed')
    const seated = redemption({ state: 'seat_taken', plex })
    api.retry.mockResolvedValue(seated)
    api.redemption
      .mockResolvedValueOnce(seated)
      .mockResolvedValue(redemption({ state: 'done', plex }))
    await visit.retry()
    expect(screen()).toBe('joining')
    await vi.advanceTimersByTimeAsync(1000)
    expect(screen()).toBe('done')
  })
})

describe('opening the page', () => {
  it('says that a link is unknown although no redemption is known either', async () => {
    api.invite.mockRejectedValue(failure(404, 'not_found'))
    api.redemption.mockRejectedValue(failure(500, 'internal'))
    await visit.load()
    expect(screenOf(visit.model())).toMatchObject({ name: 'dead_end', why: 'unknown' })
  })

  it('knows what was accepted when the invite says nothing any more', async () => {
    api.invite.mockRejectedValue(failure(410, 'invite_used_up'))
    await arriveWith(redemption({ state: 'done', plex, terms: invite }))
    expect(screen()).toBe('done')
    expect(termsOf(visit.model())?.server_name).toBe('Aurora')
  })

  it('asks again after an outage', async () => {
    api.invite.mockRejectedValueOnce(failure(0, UNREACHABLE))
    api.redemption.mockRejectedValueOnce(failure(0, UNREACHABLE))
    await visit.load()
    expect(screenOf(visit.model())).toMatchObject({ name: 'dead_end', why: 'unreachable' })
    await visit.load()
    expect(screen()).toBe('welcome')
  })
})
