import { useQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { ApiError } from '@/api/problem'
import type { Stream } from '@/api/streams'
import { problemText } from '@/components/problem-text'
import { viewerName } from '@/components/StreamCard'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { Dialog } from '@/components/ui/Dialog'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { countryName } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { type Place, placeQuery } from '../queries'

interface PlaceDialogProps {
  stream: Stream
  address: string
  onClose: () => void
}

/** Roughly where somebody watches, as Plex knows their address. */
export default function PlaceDialog({ stream, address, onClose }: PlaceDialogProps) {
  const place = useQuery(placeQuery(stream.id, address))
  return (
    <Dialog
      open
      onClose={onClose}
      title={m.stream_place_title({ name: viewerName(stream) })}
      description={m.stream_place_text({ address })}
      footer={<Button onClick={onClose}>{m.ui_close()}</Button>}
    >
      {place.isPending ? (
        <BlockSkeleton lines={2} />
      ) : place.isLoadingError ? (
        <Failed error={place.error} busy={place.isFetching} onRetry={() => void place.refetch()} />
      ) : (
        <Facts place={place.data} />
      )}
    </Dialog>
  )
}

interface FailedProps {
  error: unknown
  busy: boolean
  onRetry: () => void
}

/** Why there is no place to show; trying again is offered where it may help. */
function Failed({ error, busy, onRetry }: FailedProps) {
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500
  const retry = (
    <Button size="sm" icon={RefreshCw} busy={busy} onClick={onRetry}>
      {m.ui_try_again()}
    </Button>
  )
  return (
    <Alert
      tone={refused ? 'info' : 'bad'}
      live
      title={m.stream_place_failed()}
      action={refused ? undefined : retry}
    >
      {refused || !(error instanceof ApiError) ? problemText(error) : m.stream_place_no_answer()}
    </Alert>
  )
}

function Facts({ place }: { place: Place }) {
  const { country, country_code, region, city, postal_code, time_zone } = place
  const rows: [name: string, value: string | null | undefined][] = [
    [m.stream_place_country(), countryName(country_code) ?? country],
    [m.stream_place_region(), region],
    [m.stream_place_city(), [postal_code, city].filter(Boolean).join(' ')],
    [m.stream_place_time_zone(), time_zone],
  ]
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-base">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-fg-3">{name}</dt>
          <dd className="min-w-0 break-words">
            <bdi>{value || m.stream_place_unknown()}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  )
}
