import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { setupQuery } from '@/api/session'
import { PageHead } from '@/components/ui/PageHead'
import { SegmentedControl } from '@/components/ui/SegmentedControl'
import { m } from '@/paraglide/messages.js'
import { PlexServerPicker } from './PlexServerPicker'
import { PlexTokenForm } from './PlexTokenForm'

/** The server: picked from the owner's account, or by address and token. */
export function PlexStep() {
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
      {way === 'account' ? <PlexServerPicker /> : <PlexTokenForm presets={setup?.presets} />}
    </>
  )
}
