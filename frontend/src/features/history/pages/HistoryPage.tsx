import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { History } from 'lucide-react'
import { useState } from 'react'
import { actorKind, eventIcon, eventName } from '@/components/event-words'
import { KeysetList } from '@/components/KeysetList'
import { useNarrow } from '@/components/list-search'
import type { Column } from '@/components/ui/DataTable'
import { EmptyState } from '@/components/ui/EmptyState'
import { PageHead } from '@/components/ui/PageHead'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { m } from '@/paraglide/messages.js'
import { EventDrawer } from '../components/EventDrawer'
import { HistoryFilters } from '../components/HistoryFilters'
import { type HistoryEvent, historyQuery } from '../queries'

/** The audit log. */
export default function HistoryPage() {
  const search = useSearch({ from: '/shell/history' })
  const { narrow, clear } = useNarrow(search)
  const list = useInfiniteQuery(historyQuery(search))
  const [opened, setOpened] = useState<HistoryEvent | null>(null)

  return (
    <div className="flex flex-col gap-5">
      <PageHead title={m.nav_history()} status={m.history_status()} />
      <HistoryFilters search={search} onChange={narrow} />
      <KeysetList
        label={m.nav_history()}
        list={list}
        failed={m.history_failed()}
        empty={
          <EmptyState icon={History} title={m.history_empty()}>
            {m.history_empty_text()}
          </EmptyState>
        }
        onClear={clear}
        columns={columns(setOpened)}
        rowKey={(event) => event.id}
        card={(event) => <EventCard event={event} onOpen={setOpened} />}
      />
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
