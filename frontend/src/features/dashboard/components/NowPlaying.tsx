import { useQuery } from '@tanstack/react-query'
import { ArrowRight } from 'lucide-react'
import { fewStreamsQuery } from '@/api/streams'
import { StreamCard } from '@/components/StreamCard'
import { CardSection } from '@/components/ui/Card'
import { Chip } from '@/components/ui/Chip'
import { ErrorState } from '@/components/ui/ErrorState'
import { ButtonLink } from '@/components/ui/Link'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'

/** The first few of those who watch now. */
export default function NowPlaying() {
  const streams = useQuery(fewStreamsQuery)
  if (streams.isPending) return <BlockSkeleton lines={2} />
  if (streams.isLoadingError)
    return (
      <ErrorState
        title={m.streams_failed()}
        error={streams.error}
        onRetry={() => void streams.refetch()}
      />
    )
  const { items, summary, watching } = streams.data
  const stopped = watching.state === 'stopped'
  return (
    <CardSection
      title={
        <span className="flex items-center gap-2.5">
          {m.dashboard_now_playing()}
          {stopped ? (
            <Chip tone="warn">{m.streams_stopped()}</Chip>
          ) : (
            summary.count > 0 && (
              <Chip tone="ok" dot>
                {m.dashboard_live({ count: summary.count })}
              </Chip>
            )
          )}
        </span>
      }
      action={
        <ButtonLink to="/streams" variant="ghost" size="sm">
          {m.dashboard_all_streams()}
          <ArrowRight aria-hidden className="size-4" />
        </ButtonLink>
      }
    >
      {items.length === 0 ? (
        <p className="text-sm text-fg-2">{m.streams_empty()}</p>
      ) : (
        <ul className="grid gap-3 lg:grid-cols-2 xl:grid-cols-3">
          {items.map((stream) => (
            <li key={stream.id} className="relative min-w-0 rounded-tile border border-line p-3.5">
              <StreamCard stream={stream} fetchedAt={streams.dataUpdatedAt} />
            </li>
          ))}
        </ul>
      )}
    </CardSection>
  )
}
