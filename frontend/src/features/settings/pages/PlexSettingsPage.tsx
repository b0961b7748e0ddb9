import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '@/components/ui/ErrorState'
import { PageHead } from '@/components/ui/PageHead'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import { ConnectionForm } from '../components/ConnectionForm'
import { ConnectionHealth } from '../components/ConnectionHealth'
import { OtherServer } from '../components/OtherServer'
import { PinnedIdentity } from '../components/PinnedIdentity'
import { connectionQuery } from '../queries'

/** The connection to the Plex server. */
export default function PlexSettingsPage() {
  const connection = useQuery(connectionQuery)
  return (
    <div className="flex flex-col gap-5">
      <PageHead title={m.settings_plex()} status={m.plex_settings_status()} />
      {connection.isPending ? (
        <BlockSkeleton />
      ) : connection.isLoadingError ? (
        <ErrorState
          title={m.plex_settings_failed()}
          error={connection.error}
          onRetry={() => void connection.refetch()}
        />
      ) : (
        <>
          <ConnectionHealth connection={connection.data} />
          <PinnedIdentity connection={connection.data} />
          <ConnectionForm key={connection.data.url} connection={connection.data} />
          <OtherServer connection={connection.data} />
        </>
      )}
    </div>
  )
}
