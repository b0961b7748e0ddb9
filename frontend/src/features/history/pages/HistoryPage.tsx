import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { History } from 'lucide-react'
import { useCan } from '@/api/session'
import { useBeside } from '@/components/beside'
import { ExportMenu } from '@/components/ExportMenu'
import { subjectName } from '@/components/event-subjects'
import { actorKind, eventIcon, eventName } from '@/components/event-words'
import { KeysetList } from '@/components/KeysetList'
import { useNarrow } from '@/components/list-search'
import type { Column } from '@/components/ui/DataTable'
import { EmptyState } from '@/components/ui/EmptyState'
import { Link } from '@/components/ui/Link'
import { PageHead } from '@/components/ui/PageHead'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { m } from '@/paraglide/messages.js'
import { ClearHistory } from '../components/ClearHistory'
import { EventDrawer } from '../components/EventDrawer'
import { HistoryFilters } from '../components/HistoryFilters'
import { exportAddress, type HistoryEvent, historyQuery } from '../queries'

/** The audit log. */
export default function HistoryPage() {
  const { event, ...filters } = useSearch({ from: '/shell/history' })
  const can = useCan()
  const { narrow, clear } = useNarrow(filters)
  const list = useInfiniteQuery(historyQuery(filters))
  const beside = useBeside('event', event)

  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={m.nav_history()}
        status={m.history_status()}
        actions={
          <>
            {can('history.export') && (
              <ExportMenu name="history" address={(format) => exportAddress(filters, format)} />
            )}
            <ClearHistory />
          </>
        }
      />
      <HistoryFilters search={filters} onChange={narrow} />
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
        columns={columns()}
        rowKey={(event) => event.id}
        card={(event) => <EventCard event={event} />}
      />
      {beside.id && <EventDrawer {...beside} id={beside.id} />}
    </div>
  )
}

/** Opens the event beside the list. */
function EventName({ event }: { event: HistoryEvent }) {
  const Icon = eventIcon(event.type)
  return (
    <Link
      to="/history"
      search={(before) => ({ ...before, event: event.id })}
      resetScroll={false}
      className="flex items-center gap-3 text-fg"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-fg-3" />
      {eventName(event.type)}
    </Link>
  )
}

const who = (event: HistoryEvent) => <bdi>{event.actor.name ?? actorKind(event.actor.kind)}</bdi>

function columns(): Column<HistoryEvent>[] {
  return [
    {
      id: 'what',
      header: m.history_col_what(),
      cell: (event) => <EventName event={event} />,
    },
    {
      id: 'on',
      header: m.history_col_on(),
      cell: (event) => <bdi>{subjectName(event.subject) ?? '–'}</bdi>,
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

function EventCard({ event }: { event: HistoryEvent }) {
  const subject = subjectName(event.subject)
  return (
    <div className="flex flex-col gap-1">
      <EventName event={event} />
      <p className="text-sm text-fg-3">
        {subject && (
          <>
            <bdi>{subject}</bdi> ·{' '}
          </>
        )}
        {who(event)} · <RelativeTime value={event.at} />
      </p>
    </div>
  )
}
