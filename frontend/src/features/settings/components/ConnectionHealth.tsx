import type { Schema } from '@/api/client'
import { Alert } from '@/components/ui/Alert'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { m } from '@/paraglide/messages.js'

type Connection = Schema<'PlexConnection'>

function health(connection: Connection): { tone: 'ok' | 'warn' | 'bad'; text: string } {
  if (connection.auth_state === 'dead') return { tone: 'bad', text: m.plex_settings_auth_lost() }
  if (connection.identity_state === 'other_server')
    return { tone: 'bad', text: m.plex_settings_identity_lost() }
  if (connection.identity_state === 'other_owner')
    return { tone: 'bad', text: m.plex_settings_owner_lost() }
  if (!connection.reachable) return { tone: 'warn', text: m.plex_settings_silent() }
  return { tone: 'ok', text: m.plex_settings_status_ok({ server: connection.server.name }) }
}

/** How the connection stands, and since when that is known. */
export function ConnectionHealth({ connection }: { connection: Connection }) {
  const { tone, text } = health(connection)
  return (
    <Alert tone={tone} live={false}>
      {text}
      <span className="mt-0.5 block text-xs text-fg-3">
        {m.plex_settings_checked()}: <When at={connection.checked_at} />
        {' · '}
        {m.plex_settings_answered()}: <When at={connection.answered_at} />
      </span>
    </Alert>
  )
}

function When({ at }: { at: string | null | undefined }) {
  return at ? <RelativeTime value={at} /> : m.plex_settings_never()
}
