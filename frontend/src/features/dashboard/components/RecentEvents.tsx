import { ArrowRight } from 'lucide-react'
import type { Schema } from '@/api/client'
import { useCan } from '@/api/session'
import { EventLine } from '@/components/EventLine'
import { CardSection } from '@/components/ui/Card'
import { ButtonLink } from '@/components/ui/Link'
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
          {events.map((event) => (
            <EventLine key={event.id} event={event} />
          ))}
        </ul>
      )}
    </CardSection>
  )
}
