import { type Query, useQueryClient } from '@tanstack/react-query'
import { CloudOff, WifiOff } from 'lucide-react'
import { useCallback, useSyncExternalStore } from 'react'
import { liveConnection } from '@/api/events'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { m } from '@/paraglide/messages.js'

/** Says that what is on the screen may be old: the server can't be heard, or reading something anew failed. */
export function OfflineBanner() {
  const state = useSyncExternalStore(liveConnection.subscribe, liveConnection.get)
  const since = useStaleSince()
  return (
    <div role="status">
      {state === 'lost' ? (
        <p className={LINE}>
          <WifiOff aria-hidden className="size-4 shrink-0" />
          {m.offline_banner()}
        </p>
      ) : (
        since > 0 && <Stale since={since} />
      )}
    </div>
  )
}

const LINE = 'flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-sm text-warn'

function Stale({ since }: { since: number }) {
  const client = useQueryClient()
  return (
    <p className={LINE}>
      <CloudOff aria-hidden className="size-4 shrink-0" />
      <span>
        {m.stale_banner()} {/* Said once, not again with every tick. */}
        <span aria-live="off">
          {m.stale_as_of()} <RelativeTime value={new Date(since).toISOString()} />.
        </span>
      </span>
      <button
        type="button"
        className="font-medium whitespace-nowrap underline underline-offset-4 touch:min-h-11"
        onClick={() => void client.refetchQueries({ predicate: isStale })}
      >
        {m.ui_try_again()}
      </button>
    </p>
  )
}

/** On the screen, and not as the server would tell it now. A next page that did not come says so itself. */
function isStale(query: Query): boolean {
  const { status, data, fetchMeta } = query.state
  return status === 'error' && data !== undefined && !fetchMeta?.fetchMore && query.isActive()
}

/** When the oldest of what could not be read anew was read; 0 while all is well. */
function useStaleSince(): number {
  const cache = useQueryClient().getQueryCache()
  const subscribe = useCallback((changed: () => void) => cache.subscribe(changed), [cache])
  return useSyncExternalStore(subscribe, () => {
    const times = cache.getAll().filter(isStale)
    return times.length > 0 ? Math.min(...times.map((query) => query.state.dataUpdatedAt)) : 0
  })
}
