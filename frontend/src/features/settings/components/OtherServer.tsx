import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schema } from '@/api/client'
import { plexServersQuery, useOwnerSignIn } from '@/api/plex-servers'
import { PlexServerPicker } from '@/components/PlexServerPicker'
import { Button } from '@/components/ui/Button'
import { CardSection } from '@/components/ui/Card'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { useReplaceConnection } from '../queries'
import { ConfirmReplace, toConfirm } from './ConfirmReplace'

/** Another server of an account takes the place of the connected one. */
export function OtherServer({ connection }: { connection: Schema<'PlexConnection'> }) {
  const [picking, setPicking] = useState(false)
  const [asking, setAsking] = useState<Schema<'PlexPatch'> | null>(null)
  const signIn = useOwnerSignIn(() => setPicking(true))
  // Asking tries every address of every server, so only somebody who wants to pick one asks.
  const open = picking || signIn.phase !== 'idle'
  const servers = useQuery({ ...plexServersQuery, enabled: open })
  const replace = useReplaceConnection()
  const save = (patch: Schema<'PlexPatch'>) => {
    setAsking(null)
    replace.mutate(patch, {
      onSuccess: () => {
        setPicking(false)
        toast.ok(m.plex_settings_saved())
      },
      onError: (error) => setAsking(toConfirm(error, patch)),
    })
  }
  return (
    <CardSection title={m.plex_settings_other_server()}>
      <div className="-mt-2 flex flex-col items-start gap-4">
        <p className="text-sm text-fg-3">
          {m.plex_settings_other_server_hint({ server: connection.server.name })}
        </p>
        {open ? (
          <div className="w-full">
            <PlexServerPicker
              signIn={signIn}
              signInLabel={m.plex_settings_pick_sign_in()}
              servers={servers}
              busy={replace.isPending}
              error={asking ? null : replace.error}
              onChoose={save}
            />
          </div>
        ) : (
          <Button onClick={() => setPicking(true)}>{m.plex_settings_pick_server()}</Button>
        )}
      </div>
      <ConfirmReplace
        patch={asking}
        server={connection.server.name}
        onCancel={() => setAsking(null)}
        onConfirm={save}
      />
    </CardSection>
  )
}
