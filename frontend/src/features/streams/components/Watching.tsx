import type { Streams } from '@/api/streams'
import { findingText } from '@/components/plex-findings'
import { reasonText } from '@/components/reason-words'
import { Alert } from '@/components/ui/Alert'
import { Chip, type Tone } from '@/components/ui/Chip'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { m } from '@/paraglide/messages.js'

type State = Streams['watching']

const STATES: Record<State['state'], { label: () => string; tone: Tone }> = {
  live: { label: m.streams_live, tone: 'ok' },
  polling: { label: m.streams_polling, tone: 'info' },
  stopped: { label: m.streams_stopped, tone: 'bad' },
}

const REASONS: Record<string, () => string> = {
  plex_not_connected: m.problem_plex_not_connected,
  plex_server_refuses_token: m.streams_server_refuses_token,
  no_worker: m.dashboard_worker_text,
}

const reasonWords = (reason: string) =>
  REASONS[reason]?.() ??
  reasonText(reason) ??
  findingText({ code: reason, detail: reason }, m.stream_owner())

/** How PUM watches, and when it last looked. */
export function WatchingState({ watching: { state, seen_at } }: { watching: State }) {
  const { label, tone } = STATES[state]
  return (
    <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
      <Chip tone={tone} dot>
        {label()}
      </Chip>
      {seen_at && (
        <span className="text-sm text-fg-3">
          {m.streams_looked()} <RelativeTime value={seen_at} />
        </span>
      )}
    </span>
  )
}

/** Says that what is shown is old, and why; nothing while PUM watches. */
export function NotWatching({ watching: { state, seen_at, reason } }: { watching: State }) {
  if (state !== 'stopped') return null
  return (
    <Alert tone="warn" title={m.streams_stopped_title()} live>
      {[
        reason && reasonWords(reason),
        seen_at ? m.streams_stopped_text() : m.streams_never_looked(),
      ]
        .filter(Boolean)
        .join(' ')}
    </Alert>
  )
}
