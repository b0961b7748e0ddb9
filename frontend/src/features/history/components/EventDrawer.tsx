import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { libraryChoicesQuery } from '@/api/library-choices'
import { useCan } from '@/api/session'
import { subjectName } from '@/components/event-subjects'
import { actorKind, eventName } from '@/components/event-words'
import { Drawer } from '@/components/ui/Drawer'
import { ErrorState } from '@/components/ui/ErrorState'
import { Link } from '@/components/ui/Link'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { dateTime } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { eventQuery, type HistoryEvent } from '../queries'
import { Changes } from './Changes'
import { bulkOf, eventReason } from './event-reason'

interface EventDrawerProps {
  id: string
  open: boolean
  onClose: () => void
}

/** Everything that was recorded about one event. */
export function EventDrawer({ id, open, onClose }: EventDrawerProps) {
  const event = useQuery(eventQuery(id))
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={event.data ? eventName(event.data.type) : m.nav_history()}
    >
      {event.isPending ? (
        <BlockSkeleton lines={5} />
      ) : event.isLoadingError ? (
        <ErrorState
          title={m.history_event_failed()}
          error={event.error}
          onRetry={() => void event.refetch()}
        />
      ) : (
        <Details event={event.data} />
      )}
    </Drawer>
  )
}

function Details({ event }: { event: HistoryEvent }) {
  const can = useCan()
  const libraries = useQuery({ ...libraryChoicesQuery, enabled: can('libraries.view') }).data?.items
  const titles = new Map(libraries?.map((library) => [library.id, library.title]))
  const { actor, address } = event
  const subject = subjectName(event.subject)
  const reason = eventReason(event)
  return (
    <div className="flex flex-col gap-5">
      <dl className="flex flex-col gap-3">
        <Fact name={m.history_time()}>{dateTime(event.at)}</Fact>
        <Fact name={m.history_col_who()}>
          <bdi>{actor.name ?? actorKind(actor.kind)}</bdi>
          {actor.name && <span className="text-fg-3"> ({actorKind(actor.kind)})</span>}
        </Fact>
        {subject && (
          <Fact name={m.history_col_on()}>
            <bdi>{subject}</bdi>
          </Fact>
        )}
        {reason && <Fact name={m.history_reason()}>{reason}</Fact>}
        {address && <Fact name={m.history_address()}>{address}</Fact>}
      </dl>
      <Changes event={event} titleOf={(id) => titles.get(id)} />
      <More event={event} />
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-fg-3">{name}</dt>
      <dd className="text-base break-words">{children}</dd>
    </div>
  )
}

/** Where the same person, invite or admin shows again. */
function More({ event }: { event: HistoryEvent }) {
  const can = useCan()
  const { user_id, user_name, invite_id, actor } = event
  const bulk = can('users.bulk') ? bulkOf(event) : undefined
  if (!user_id && !invite_id && !actor.id && !bulk) return null
  return (
    <ul className="flex flex-col items-start gap-2 border-t border-line pt-4 text-sm">
      {user_id && (
        <li>
          <Link to="/history" search={{ user_id }}>
            {m.history_only_user({ name: user_name ?? m.attention_somebody() })}
          </Link>
        </li>
      )}
      {invite_id && (
        <li>
          <Link to="/history" search={{ invite_id }}>
            {m.history_only_invite()}
          </Link>
        </li>
      )}
      {actor.id && (
        <li>
          <Link to="/history" search={{ actor: actor.id }}>
            {m.history_only_actor({ name: actor.name ?? m.attention_somebody() })}
          </Link>
        </li>
      )}
      {bulk && (
        <li>
          <Link to="/users" search={{ bulk }}>
            {m.history_show_bulk()}
          </Link>
        </li>
      )}
      {user_id && can('users.view') && (
        <li>
          <Link to="/users/$userId" params={{ userId: user_id }}>
            {m.history_show_user()}
          </Link>
        </li>
      )}
      {invite_id && can('invites.view') && (
        <li>
          <Link to="/invites/$inviteId" params={{ inviteId: invite_id }}>
            {m.history_show_invite()}
          </Link>
        </li>
      )}
    </ul>
  )
}
