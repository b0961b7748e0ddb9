// Signing in with Plex: PUM prepares a PIN, this browser fetches it from plex.tv, goes there to
// confirm it, comes back to the same page, and PUM looks until Plex says yes.
import { useCallback, useEffect, useEffectEvent, useState } from 'react'
import { createPin, type Pin, type PinRequest } from '@/lib/plex-pin'
import { recall, remember } from '@/lib/tab-memory'
import { ApiError, hasCode, NO_PIN } from './problem'

const KEY = 'pum.plex-sign-in'
const POLL_MS = 2000
// PUM forgets a sign-in after ten minutes.
const GIVE_UP_MS = 600_000
// A hiccup on the way is no answer.
const TOLERATED_FAILURES = 5

interface Dance<Result> {
  /** What it is for; a return to another page is not taken for this one. */
  purpose: string
  start: () => Promise<{ pin_request: PinRequest }>
  attach: (pin: Pin) => Promise<{ sign_in_url: string }>
  complete: () => Promise<Result>
  onDone: (result: Result) => void
}

type Phase = 'idle' | 'leaving' | 'waiting'

/** Whether a failure says nothing about the sign-in itself. */
function passing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500)
}

/** The sign-in of one page. Survives the way to Plex and back. */
export function usePlexSignIn<Result>(dance: Dance<Result>) {
  const { purpose } = dance
  const [phase, setPhase] = useState<Phase>(() => (recall(KEY) === purpose ? 'waiting' : 'idle'))
  const [error, setError] = useState<unknown>(null)

  const stop = useCallback((failure: unknown) => {
    remember(KEY, null)
    setPhase('idle')
    setError(failure)
  }, [])

  const begin = async () => {
    setError(null)
    setPhase('leaving')
    try {
      const { pin_request } = await dance.start()
      const pin = await createPin(pin_request).catch(() => {
        // Its fault, the network's, or a blocker in this browser.
        throw new ApiError({ title: '', status: 0, code: NO_PIN })
      })
      const { sign_in_url } = await dance.attach(pin)
      remember(KEY, purpose)
      location.assign(sign_in_url)
    } catch (failure) {
      stop(failure)
    }
  }

  const complete = useEffectEvent(() => dance.complete())
  const onDone = useEffectEvent((result: Result) => dance.onDone(result))

  useEffect(() => {
    if (phase !== 'waiting') return
    let stopped = false
    let asking = false
    let failures = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const giveUp = Date.now() + GIVE_UP_MS

    async function look() {
      if (stopped || asking) return
      clearTimeout(timer)
      asking = true
      try {
        const result = await complete()
        if (stopped) return
        remember(KEY, null)
        setPhase('idle')
        onDone(result)
        return
      } catch (failure) {
        if (stopped) return
        const pending = hasCode(failure, 'plex_sign_in_pending')
        failures = pending ? 0 : failures + 1
        const hopeless = !pending && (!passing(failure) || failures > TOLERATED_FAILURES)
        if (hopeless || Date.now() > giveUp) return stop(failure)
      } finally {
        asking = false
      }
      timer = setTimeout(look, POLL_MS)
    }

    const onVisible = () => document.visibilityState === 'visible' && void look()
    void look()
    addEventListener('focus', look)
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      stopped = true
      clearTimeout(timer)
      removeEventListener('focus', look)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [phase, stop])

  // Back from Plex by the browser's own Back, with this page kept in memory.
  useEffect(() => {
    const onShow = (event: PageTransitionEvent) => {
      if (event.persisted && recall(KEY) === purpose) setPhase('waiting')
    }
    addEventListener('pageshow', onShow)
    return () => removeEventListener('pageshow', onShow)
  }, [purpose])

  return { phase, error, begin, cancel: () => stop(null) }
}
