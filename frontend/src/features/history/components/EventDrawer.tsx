import type { ReactNode } from 'react'
import { actorKind, eventName } from '@/components/event-words'
import { Drawer } from '@/components/ui/Drawer'
import { Link } from '@/components/ui/Link'
import { dateTime } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import type { HistoryEvent } from '../queries'

interface EventDrawerProps {
  event: HistoryEvent | null
  onClose: () => void
}

/** Everything that was recorded about one event. */
export function EventDrawer({ event, onClose }: EventDrawerProps) {
  return (
    <Drawer open={event !== null} onClose={onClose} title={event ? eventName(event.type) : ''}>
      {event && <Details event={event} />}
    </Drawer>
  )
}

function Details({ event }: { event: HistoryEvent }) {
  // What was empty and stays empty tells nothing.
  const fields = [
    ...new Set([...Object.keys(event.before ?? {}), ...Object.keys(event.after ?? {})]),
  ].filter((field) => (event.before?.[field] ?? event.after?.[field] ?? null) !== null)
  return (
    <div className="flex flex-col gap-5">
      <dl className="flex flex-col gap-3">
        <Fact name={m.history_time()}>{dateTime(event.at)}</Fact>
        <Fact name={m.history_col_who()}>
          <bdi>{event.actor.name ?? actorKind(event.actor.kind)}</bdi>
          {event.actor.name && <span className="text-fg-3"> ({actorKind(event.actor.kind)})</span>}
        </Fact>
        {event.subject?.name && (
          <Fact name={m.history_col_on()}>
            <bdi>{event.subject.name}</bdi>
          </Fact>
        )}
        {event.reason && <Fact name={m.history_reason()}>{event.reason}</Fact>}
        {event.address && <Fact name={m.history_address()}>{event.address}</Fact>}
      </dl>
      {event.invite_id && (
        <Link to="/invites/$inviteId" params={{ inviteId: event.invite_id }}>
          {m.history_show_invite()}
        </Link>
      )}
      {fields.length > 0 ? (
        <table className="w-full border-collapse text-sm">
          <thead>
            <tr className="border-b border-line text-xs text-fg-3">
              <th scope="col" className="py-2 pe-3 text-start font-medium">
                {m.history_field()}
              </th>
              <th scope="col" className="py-2 pe-3 text-start font-medium">
                {m.history_before()}
              </th>
              <th scope="col" className="py-2 text-start font-medium">
                {m.history_after()}
              </th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field} className="border-b border-line align-top last:border-b-0">
                <th scope="row" className="py-2 pe-3 text-start font-medium break-words">
                  {field}
                </th>
                <Value value={event.before?.[field]} />
                <Value value={event.after?.[field]} />
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="text-sm text-fg-3">{m.history_none()}</p>
      )}
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

function Value({ value }: { value: unknown }) {
  const words =
    value === undefined || value === null
      ? '–'
      : typeof value === 'string'
        ? value
        : JSON.stringify(value)
  return (
    <td className="py-2 pe-3 break-words text-fg-2">
      <bdi>{words}</bdi>
    </td>
  )
}
