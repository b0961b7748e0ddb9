import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '@/components/ui/ErrorState'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import { settingsQuery } from '../queries'
import { type SettingGroup, SettingsForm } from './SettingsForm'

/** The form as soon as the settings are there. */
export function SettingsLoaded({ groups }: { groups: SettingGroup[] }) {
  const settings = useQuery(settingsQuery)
  if (settings.isPending) return <BlockSkeleton />
  if (settings.isLoadingError)
    return (
      <ErrorState
        title={m.settings_failed()}
        error={settings.error}
        onRetry={() => void settings.refetch()}
      />
    )
  return <SettingsForm groups={groups} settings={settings.data} />
}
