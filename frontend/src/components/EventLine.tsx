import { subjectName } from './event-subjects'
import { actorKind, eventIcon, eventName } from './event-words'
import { RelativeTime } from './ui/RelativeTime'

interface EventLineProps {
  event: {
    type: string
    at: string
    actor: { kind: string; name?: string | null }
    subject?: { kind: string; name?: string | null } | null
  }
  /** Leaves out what it is about, where all lines are about the same. */
  bare?: boolean
}

/** One line of the history in a short list. */
export function EventLine({ event, bare }: EventLineProps) {
  const Icon = eventIcon(event.type)
  const subject = subjectName(event.subject)
  return (
    <li className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
      <Icon aria-hidden className="size-4.5 shrink-0 text-fg-3" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          {eventName(event.type)}
          {!bare && subject && (
            <span className="font-normal text-fg-2">
              {' '}
              · <bdi>{subject}</bdi>
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
}
