import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { plexServersQuery, useOwnerSignIn } from '@/api/plex-servers'
import { setupQuery } from '@/api/session'
import { PlexServerPicker } from '@/components/PlexServerPicker'
import { PageHead } from '@/components/ui/PageHead'
import { SegmentedControl } from '@/components/ui/SegmentedControl'
import { m } from '@/paraglide/messages.js'
import { useSavePlex } from '../queries'
import { PlexTokenForm } from './PlexTokenForm'

/** The server: picked from the owner's account, or by address and token. */
export function PlexStep({ onDone }: { onDone: () => void }) {
  const [way, setWay] = useState<'account' | 'token'>('account')
  const { data: setup } = useQuery(setupQuery)
  return (
    <>
      <PageHead title={m.setup_plex_title()} status={m.setup_plex_status()} />
      <SegmentedControl
        label={m.setup_plex_way()}
        value={way}
        onChange={setWay}
        options={[
          { value: 'account', label: m.setup_plex_way_account() },
          { value: 'token', label: m.setup_plex_way_token() },
        ]}
      />
      {way === 'account' ? (
        <FromAccount onDone={onDone} />
      ) : (
        <PlexTokenForm presets={setup?.presets} onDone={onDone} />
      )}
    </>
  )
}

function FromAccount({ onDone }: { onDone: () => void }) {
  const signIn = useOwnerSignIn()
  const servers = useQuery(plexServersQuery)
  const save = useSavePlex()
  return (
    <PlexServerPicker
      signIn={signIn}
      signInLabel={m.plex_sign_in()}
      servers={servers}
      busy={save.isPending}
      error={save.error}
      onChoose={(way) => save.mutate(way, { onSuccess: onDone })}
    />
  )
}
