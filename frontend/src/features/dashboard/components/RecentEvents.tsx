import { ArrowRight } from 'lucide-react'
import type { Schema } from '@/api/client'
import { useCan } from '@/api/session'
import { actorKind, eventIcon, eventName } from '@/components/event-words'
import { CardSection } from '@/components/ui/Card'
import { ButtonLink } from '@/components/ui/Link'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { m } from '@/paraglide/messages.js'

/** The newest lines of the history. */
export function RecentEvents({ events }: { events: Schema<'HistoryEvent'>[] }) {
  const can = useCan()
  return (
    <CardSection
      title={m.dashboard_recent()}
      flush
      action={
        can('history.view') && (
          <ButtonLink to="/history" variant="ghost" size="sm">
            {m.dashboard_all_history()}
            <ArrowRight aria-hidden className="size-4" />
          </ButtonLink>
        )
      }
    >
      {events.length === 0 ? (
        <p className="px-5 py-4 text-sm text-fg-2">{m.dashboard_no_events()}</p>
      ) : (
        <ul className="divide-y divide-line">
          {events.map((event) => {
            const Icon = eventIcon(event.type)
            return (
              <li key={event.id} className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
                <Icon aria-hidden className="size-4.5 shrink-0 text-fg-3" />
                <div className="min-w-0 flex-1">
                  <p className="font-medium">
                    {eventName(event.type)}
                    {event.subject?.name && (
                      <span className="font-normal text-fg-2">
                        {' '}
                        · <bdi>{event.subject.name}</bdi>
                      </span>
                    )}
                  </p>
                  <p className="truncate text-xs text-fg-3">
                    <bdi>{event.actor.name ?? actorKind(event.actor.kind)}</bdi>
                  </p>
                </div>
                <span className="text-xs text-fg-3">
                  <RelativeTime value={event.at} />
                </span>
              </li>
            )
          })}
        </ul>
      )}
    </CardSection>
  )
}
