import { WifiOff } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { liveConnection } from '@/api/events'
import { m } from '@/paraglide/messages.js'

/** Says that what is on the screen may be old, while the server can't be heard. */
export function OfflineBanner() {
  const state = useSyncExternalStore(liveConnection.subscribe, liveConnection.get)
  return (
    <div role="status">
      {state === 'lost' && (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-sm text-warn">
          <WifiOff aria-hidden className="size-4 shrink-0" />
          {m.offline_banner()}
        </p>
      )}
    </div>
  )
}
