// Asks again and again while somebody looks: never in a hidden tab, at once when they come back.

export interface Poll {
  stop(): void
}

/**
 * Runs `task` now and then. It answers after how many milliseconds to run again, or null to end.
 * Coming back to the page or to the network runs it at once.
 */
export function poll(task: () => Promise<number | null>): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = false
  let ended = false

  async function run() {
    clearTimeout(timer)
    if (running || ended || document.visibilityState === 'hidden') return
    running = true
    const wait = await task().finally(() => {
      running = false
    })
    if (wait === null) stop()
    else if (!ended) timer = setTimeout(run, wait)
  }

  function stop() {
    ended = true
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', run)
    removeEventListener('focus', run)
    removeEventListener('online', run)
  }

  document.addEventListener('visibilitychange', run)
  addEventListener('focus', run)
  addEventListener('online', run)
  void run()
  return { stop }
}

/** The pause before the next look: short while things move, longer while they don't. */
export function backOff(tries: number, first: number, longest: number): number {
  return Math.min(longest, Math.round(first * 1.25 ** tries))
}
