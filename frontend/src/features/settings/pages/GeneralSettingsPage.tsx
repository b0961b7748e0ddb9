import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '@/components/ui/ErrorState'
import { PageHead } from '@/components/ui/PageHead'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import { GeneralForm } from '../components/GeneralForm'
import { settingsQuery } from '../queries'

/** Name, address, time zone and language. */
export default function GeneralSettingsPage() {
  const settings = useQuery(settingsQuery)
  return (
    <div className="flex flex-col gap-5">
      <PageHead title={m.settings_general()} status={m.settings_general_status()} />
      {settings.isPending ? (
        <BlockSkeleton />
      ) : settings.isError ? (
        <ErrorState
          title={m.settings_failed()}
          error={settings.error}
          onRetry={() => void settings.refetch()}
        />
      ) : (
        <GeneralForm
          // A save or another admin's edit starts the form anew.
          key={settings.data.version}
          version={settings.data.version}
          settings={settings.data.items}
        />
      )}
    </div>
  )
}
