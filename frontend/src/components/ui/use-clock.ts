// One clock for everything on the page that moves with the time. Whoever reads it is drawn again with
// each tick, so only the smallest part that needs it should.
import { useSyncExternalStore } from 'react'

const TICK_MS = 5000

const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void) {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The time, to within a few seconds. */
export function useClock(): number {
  return useSyncExternalStore(subscribe, () => now)
}
