import { PageHead } from '@/components/ui/PageHead'
import { m } from '@/paraglide/messages.js'
import type { SettingGroup } from '../components/SettingsForm'
import { SettingsLoaded } from '../components/SettingsLoaded'

const MOST_DAYS = 3650

// Nothing is the least: it keeps them. The server says which days are too few otherwise.
const groups = (): SettingGroup[] => {
  const number = { unit: m.history_clear_unit(), min: 0, max: MOST_DAYS }
  return [
    {
      title: m.settings_group_keeping(),
      hint: m.settings_group_keeping_hint(),
      fields: [
        {
          key: 'stream_history_days',
          label: m.setting_stream_history_days(),
          help: m.setting_stream_history_days_help(),
          number,
        },
        {
          key: 'history_retention_days',
          label: m.setting_history_retention_days(),
          help: m.setting_history_retention_days_help(),
          number,
        },
        {
          key: 'forget_addresses_days',
          label: m.setting_forget_addresses_days(),
          help: m.setting_forget_addresses_days_help(),
          number,
        },
      ],
    },
  ]
}

/** For how long PUM remembers. */
export default function AdvancedSettingsPage() {
  return (
    <div className="flex flex-col gap-5">
      <PageHead title={m.settings_advanced()} status={m.settings_advanced_status()} />
      <SettingsLoaded groups={groups()} />
    </div>
  )
}
