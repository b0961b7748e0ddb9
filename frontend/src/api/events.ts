// Live updates: the server hints at what changed, and the page fetches that again.
import type { QueryClient } from '@tanstack/react-query'
import { basePath } from '@/lib/base'
import type { Schema } from './client'

type HintKind = Schema<'HintKind'>

// Everything that a hint can make stale, by the first part of a query's key.
const STALE: Record<HintKind, string[]> = {
  users: ['users', 'purge', 'stats', 'history'],
  invites: ['invites', 'stats', 'history'],
  changes: ['bulks', 'users', 'invites', 'jobs', 'stats', 'history'],
  streams: ['streams', 'stream-history', 'watching', 'stats'],
  sync: ['syncs', 'users', 'jobs', 'stats', 'history'],
  jobs: ['jobs', 'purge', 'libraries', 'stats', 'history'],
  server: ['purge', 'libraries', 'jobs', 'settings', 'stats', 'history', 'setup'],
}

// Hints come in bursts; one fetch serves a burst.
const GATHER_MS = 250
const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 30_000
// A short gap is nobody's business.
const GRACE_MS = 3000

type Connection = 'live' | 'lost'
let connection: Connection = 'live'
const listeners = new Set<() => void>()

function report(next: Connection) {
  if (next === connection) return
  connection = next
  for (const listener of listeners) listener()
}

/** Whether the server can be heard; for useSyncExternalStore. */
export const liveConnection = {
  get: () => connection,
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  },
}

/** Listens until the returned function is called. */
export function listen(client: QueryClient): () => void {
  let source: EventSource | null = null
  let retry = FIRST_RETRY_MS
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let graceTimer: ReturnType<typeof setTimeout> | undefined
  let gatherTimer: ReturnType<typeof setTimeout> | undefined
  let missed = false
  const stale = new Set<string>()

  function flush() {
    gatherTimer = undefined
    for (const key of stale) {
      // What is being read would begin anew with every hint, and never end while they keep coming.
      if (client.isFetching({ queryKey: [key] }) > 0) continue
      stale.delete(key)
      void client.invalidateQueries({ queryKey: [key] })
    }
    if (stale.size > 0) gatherTimer = setTimeout(flush, GATHER_MS)
  }

  function onHint(event: MessageEvent<string>) {
    const kind = hintKind(event.data)
    if (!kind) return
    for (const key of STALE[kind]) stale.add(key)
    gatherTimer ??= setTimeout(flush, GATHER_MS)
  }

  function connect() {
    source = new EventSource(`${basePath()}/api/v1/events`)
    source.onopen = () => {
      retry = FIRST_RETRY_MS
      clearTimeout(graceTimer)
      graceTimer = undefined
      report('live')
      // What happened in between was not heard.
      if (missed) void client.invalidateQueries()
      missed = false
    }
    source.onmessage = onHint
    source.onerror = () => {
      source?.close()
      missed = true
      graceTimer ??= setTimeout(() => {
        report('lost')
        // Perhaps only the session ended: asking for it leads to the sign-in page.
        void client.refetchQueries({ queryKey: ['session'] })
      }, GRACE_MS)
      retryTimer = setTimeout(connect, retry * (0.5 + Math.random() / 2))
      retry = Math.min(retry * 2, LAST_RETRY_MS)
    }
  }

  function hurry() {
    if (!missed) return
    clearTimeout(retryTimer)
    retry = FIRST_RETRY_MS
    source?.close()
    connect()
  }

  connect()
  addEventListener('online', hurry)
  return () => {
    removeEventListener('online', hurry)
    clearTimeout(retryTimer)
    clearTimeout(graceTimer)
    clearTimeout(gatherTimer)
    source?.close()
    report('live')
  }
}

/** The kind of a hint; undefined for one that this page does not know. */
export function hintKind(data: string): HintKind | undefined {
  try {
    const hint: unknown = JSON.parse(data)
    if (typeof hint !== 'object' || hint === null || !('type' in hint)) return undefined
    const kind = String(hint.type)
    return Object.hasOwn(STALE, kind) ? (kind as HintKind) : undefined
  } catch {
    return undefined
  }
}
