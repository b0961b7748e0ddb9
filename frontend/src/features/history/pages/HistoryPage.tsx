import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { History, SearchX } from 'lucide-react'
import { useState } from 'react'
import { actorKind, eventIcon, eventName } from '@/components/event-words'
import { Button } from '@/components/ui/Button'
import { type Column, DataTable } from '@/components/ui/DataTable'
import { EmptyState } from '@/components/ui/EmptyState'
import { ErrorState } from '@/components/ui/ErrorState'
import { LoadMore } from '@/components/ui/LoadMore'
import { PageHead } from '@/components/ui/PageHead'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { ListSkeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import { EventDrawer } from '../components/EventDrawer'
import { HistoryFilters } from '../components/HistoryFilters'
import { type HistoryEvent, historyQuery } from '../queries'
import type { HistorySearch } from '../routes'

/** The audit log. */
export default function HistoryPage() {
  const search = useSearch({ from: '/shell/history' })
  const navigate = useNavigate({ from: '/history' })
  const list = useInfiniteQuery(historyQuery(search))
  const [opened, setOpened] = useState<HistoryEvent | null>(null)
  const narrow = (change: Partial<HistorySearch>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const filtered = Object.keys(search).length > 0

  return (
    <div className="flex flex-col gap-5">
      <PageHead title={m.nav_history()} status={m.history_status()} />
      <HistoryFilters search={search} onChange={narrow} />
      {list.isPending ? (
        <ListSkeleton rows={8} />
      ) : list.isError ? (
        <ErrorState
          title={m.history_failed()}
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : list.data.rows.length === 0 ? (
        filtered ? (
          <EmptyState
            icon={SearchX}
            title={m.list_nothing_matches()}
            action={
              <Button onClick={() => void navigate({ search: {}, replace: true })}>
                {m.list_clear_filters()}
              </Button>
            }
          />
        ) : (
          <EmptyState icon={History} title={m.history_empty()}>
            {m.history_empty_text()}
          </EmptyState>
        )
      ) : (
        <>
          <DataTable
            label={m.nav_history()}
            columns={columns(setOpened)}
            rows={list.data.rows}
            rowKey={(event) => event.id}
            card={(event) => <EventCard event={event} onOpen={setOpened} />}
            refreshing={list.isPlaceholderData}
          />
          <LoadMore
            shown={list.data.rows.length}
            total={list.data.total}
            totalIsMinimum={list.data.totalIsMinimum}
            hasMore={list.hasNextPage}
            loading={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        </>
      )}
      <EventDrawer event={opened} onClose={() => setOpened(null)} />
    </div>
  )
}

type Open = (event: HistoryEvent) => void

function EventName({ event, onOpen }: { event: HistoryEvent; onOpen: Open }) {
  const Icon = eventIcon(event.type)
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      onClick={() => onOpen(event)}
      className="flex items-center gap-3 rounded-small text-start font-medium text-fg underline-offset-4 hover:underline"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-fg-3" />
      {eventName(event.type)}
    </button>
  )
}

const who = (event: HistoryEvent) => <bdi>{event.actor.name ?? actorKind(event.actor.kind)}</bdi>

function columns(onOpen: Open): Column<HistoryEvent>[] {
  return [
    {
      id: 'what',
      header: m.history_col_what(),
      cell: (event) => <EventName event={event} onOpen={onOpen} />,
    },
    {
      id: 'on',
      header: m.history_col_on(),
      cell: (event) => (event.subject?.name ? <bdi>{event.subject.name}</bdi> : '–'),
    },
    { id: 'who', header: m.history_col_who(), cell: who },
    {
      id: 'when',
      header: m.history_col_when(),
      align: 'end',
      cell: (event) => <RelativeTime value={event.at} />,
    },
  ]
}

function EventCard({ event, onOpen }: { event: HistoryEvent; onOpen: Open }) {
  return (
    <div className="flex flex-col gap-1">
      <EventName event={event} onOpen={onOpen} />
      <p className="text-sm text-fg-3">
        {event.subject?.name && (
          <>
            <bdi>{event.subject.name}</bdi> ·{' '}
          </>
        )}
        {who(event)} · <RelativeTime value={event.at} />
      </p>
    </div>
  )
}
