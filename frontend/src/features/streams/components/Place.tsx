import { MapPin } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { Stream } from '@/api/streams'
import { viewerName } from '@/components/StreamCard'
import { Button } from '@/components/ui/Button'
import { m } from '@/paraglide/messages.js'

const PlaceDialog = lazy(() => import('./PlaceDialog'))

/** Asks where the address of a stream is; for those of the internet. */
export function PlaceButton({ stream }: { stream: Stream }) {
  const [asked, setAsked] = useState(false)
  const { address } = stream
  if (!address || !stream.address_is_public) return null
  return (
    <>
      <Button
        variant="ghost"
        size="sm"
        icon={MapPin}
        className="-my-2"
        aria-label={m.stream_place_ask_about({ address, name: viewerName(stream) })}
        aria-haspopup="dialog"
        onClick={() => setAsked(true)}
      >
        {m.stream_place_ask()}
      </Button>
      {asked && (
        <Suspense>
          <PlaceDialog stream={stream} address={address} onClose={() => setAsked(false)} />
        </Suspense>
      )}
    </>
  )
}
