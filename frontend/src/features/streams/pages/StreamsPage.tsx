import { useQuery } from '@tanstack/react-query'
import { Clapperboard, History } from 'lucide-react'
import { useCallback } from 'react'
import { useCan } from '@/api/session'
import { type Stream, type Streams, streamsQuery } from '@/api/streams'
import { StreamCard, viewerName } from '@/components/StreamCard'
import { DataTable } from '@/components/ui/DataTable'
import { EmptyState } from '@/components/ui/EmptyState'
import { ErrorState } from '@/components/ui/ErrorState'
import { ButtonLink, Link } from '@/components/ui/Link'
import { PageHead } from '@/components/ui/PageHead'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import { StreamDetails } from '../components/StreamDetails'
import { StreamMenu } from '../components/StreamMenu'
import { Summary } from '../components/Summary'
import { NotWatching, WatchingState } from '../components/Watching'

/** Everything that is being watched now; live. */
export default function StreamsPage() {
  const can = useCan()
  const streams = useQuery(streamsQuery)
  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={m.streams_title()}
        status={streams.data && <Status streams={streams.data} />}
        actions={
          can('stream_history.view') && (
            <ButtonLink to="/streams/history" icon={History}>
              {m.streams_history()}
            </ButtonLink>
          )
        }
      />
      {streams.isPending ? (
        <BlockSkeleton lines={6} />
      ) : streams.isLoadingError ? (
        <ErrorState
          title={m.streams_failed()}
          error={streams.error}
          onRetry={() => void streams.refetch()}
        />
      ) : (
        <Now streams={streams.data} fetchedAt={streams.dataUpdatedAt} />
      )}
    </div>
  )
}

function Status({ streams: { summary, watching } }: { streams: Streams }) {
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
      <span>
        {summary.count === 0 ? m.streams_status_none() : m.streams_status({ count: summary.count })}
      </span>
      <WatchingState watching={watching} />
    </span>
  )
}

const streamId = (stream: Stream) => stream.id

function Now({ streams, fetchedAt }: { streams: Streams; fetchedAt: number }) {
  const { items, summary, watching } = streams
  // The same function as long as nothing new came, so that only what changed is drawn again.
  const card = useCallback(
    (stream: Stream) => (
      <StreamCard
        stream={stream}
        fetchedAt={fetchedAt}
        person={<Person stream={stream} />}
        menu={<StreamMenu stream={stream} />}
      >
        <StreamDetails stream={stream} />
      </StreamCard>
    ),
    [fetchedAt],
  )
  return (
    <>
      <NotWatching watching={watching} />
      {items.length === 0 ? (
        <EmptyState icon={Clapperboard} title={m.streams_empty()}>
          {m.streams_empty_text()}
        </EmptyState>
      ) : (
        <>
          <Summary summary={summary} />
          <DataTable
            label={m.streams_title()}
            columns={[]}
            rows={items}
            rowKey={streamId}
            card={card}
            cards
          />
        </>
      )}
    </>
  )
}

function Person({ stream }: { stream: Stream }) {
  const can = useCan()
  const name = <bdi>{viewerName(stream)}</bdi>
  if (!stream.user || !can('users.view')) return name
  return (
    <Link to="/users/$userId" params={{ userId: stream.user.id }} className="text-fg">
      {name}
    </Link>
  )
}
