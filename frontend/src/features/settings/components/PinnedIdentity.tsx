import type { ReactNode } from 'react'
import type { Schema } from '@/api/client'
import { CardSection } from '@/components/ui/Card'
import { m } from '@/paraglide/messages.js'

/** Which server and which owner PUM holds on to. */
export function PinnedIdentity({ connection }: { connection: Schema<'PlexConnection'> }) {
  const { server, owner } = connection
  return (
    <CardSection title={m.plex_settings_pinned()}>
      <p className="-mt-2 mb-4 text-sm text-fg-3">{m.plex_settings_pinned_hint()}</p>
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
        <Fact name={m.plex_settings_server()}>
          <bdi>{server.name}</bdi>
        </Fact>
        <Fact name={m.plex_settings_version()}>{server.version}</Fact>
        <Fact name={m.plex_settings_owner()}>
          <bdi>{owner}</bdi>
        </Fact>
        <Fact name={m.plex_settings_machine()}>
          <span className="num break-all">{server.machine_identifier}</span>
        </Fact>
      </dl>
    </CardSection>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-fg-3">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
