import { act, renderHook, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { usePlexSignIn } from './plex-sign-in'
import { ApiError } from './problem'

const PENDING = new ApiError({ title: '', status: 409, code: 'plex_sign_in_pending' })
const REQUEST = { method: 'POST', url: 'https://plex.tv/api/v2/pins', headers: { A: 'b' } }

function dance(complete: () => Promise<string>, onDone: (name: string) => void = () => {}) {
  return {
    purpose: 'login',
    start: async () => ({ pin_request: REQUEST }),
    attach: vi.fn(async () => ({ sign_in_url: '#plex' })),
    complete,
    onDone,
  }
}

beforeEach(() => {
  sessionStorage.clear()
  vi.useFakeTimers({ shouldAdvanceTime: true })
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('signing in with Plex', () => {
  it('fetches the PIN from plex.tv itself, without cookies, and hands it to PUM', async () => {
    const fetch = vi.fn(async () => Response.json({ id: 7, code: 'abcd' }))
    vi.stubGlobal('fetch', fetch)
    const steps = dance(async () => 'sam')
    const { result } = renderHook(() => usePlexSignIn(steps))
    await act(() => result.current.begin())
    expect(fetch).toHaveBeenCalledWith(
      REQUEST.url,
      expect.objectContaining({ method: 'POST', headers: REQUEST.headers, credentials: 'omit' }),
    )
    expect(steps.attach).toHaveBeenCalledWith({ id: '7', code: 'abcd' })
    expect(sessionStorage.getItem('pum.plex-sign-in')).toBe('login')
  })

  it('says so when plex.tv gives no PIN, and PUM is not asked', async () => {
    vi.stubGlobal('fetch', async () => new Response('no', { status: 503 }))
    const steps = dance(async () => 'sam')
    const { result } = renderHook(() => usePlexSignIn(steps))
    await act(() => result.current.begin())
    expect(result.current.error).toMatchObject({ code: 'no_pin' })
    expect(result.current.phase).toBe('idle')
    expect(steps.attach).not.toHaveBeenCalled()
  })

  it('goes on after the way back, looking until Plex has said yes', async () => {
    sessionStorage.setItem('pum.plex-sign-in', 'login')
    const complete = vi
      .fn<() => Promise<string>>()
      .mockRejectedValueOnce(PENDING)
      .mockRejectedValueOnce(PENDING)
      .mockResolvedValue('sam')
    const onDone = vi.fn()
    renderHook(() => usePlexSignIn(dance(complete, onDone)))
    await act(() => vi.advanceTimersByTimeAsync(5000))
    expect(onDone).toHaveBeenCalledWith('sam')
    expect(complete).toHaveBeenCalledTimes(3)
    expect(sessionStorage.getItem('pum.plex-sign-in')).toBeNull()
  })

  it('looks at once when the page gets the focus back', async () => {
    sessionStorage.setItem('pum.plex-sign-in', 'login')
    const complete = vi.fn<() => Promise<string>>().mockRejectedValue(PENDING)
    const { unmount } = renderHook(() => usePlexSignIn(dance(complete)))
    await waitFor(() => expect(complete).toHaveBeenCalledTimes(1))
    await act(async () => window.dispatchEvent(new Event('focus')))
    expect(complete).toHaveBeenCalledTimes(2)
    unmount()
  })

  it('ends with the reason when PUM refuses', async () => {
    sessionStorage.setItem('pum.plex-sign-in', 'login')
    const refused = new ApiError({ title: '', status: 403, code: 'plex_account_not_linked' })
    const { result } = renderHook(() => usePlexSignIn(dance(() => Promise.reject(refused))))
    await waitFor(() => expect(result.current.error).toBe(refused))
    expect(result.current.phase).toBe('idle')
  })

  it('is not taken up by a page that did not start it', () => {
    sessionStorage.setItem('pum.plex-sign-in', 'redemption')
    const complete = vi.fn<() => Promise<string>>()
    const { result } = renderHook(() => usePlexSignIn(dance(complete)))
    expect(result.current.phase).toBe('idle')
    expect(complete).not.toHaveBeenCalled()
  })
})
