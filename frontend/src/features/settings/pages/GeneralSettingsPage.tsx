import { PageHead } from '@/components/ui/PageHead'
import { m } from '@/paraglide/messages.js'
import type { SettingGroup } from '../components/SettingsForm'
import { SettingsLoaded } from '../components/SettingsLoaded'

const groups = (): SettingGroup[] => [
  {
    fields: [
      { key: 'app_name', label: m.setting_app_name(), help: m.setting_app_name_help() },
      { key: 'app_base_url', label: m.setting_app_base_url(), help: m.setting_app_base_url_help() },
      { key: 'time_zone', label: m.setting_time_zone(), help: m.setting_time_zone_help() },
      {
        key: 'language',
        label: m.setting_language(),
        help: m.setting_language_help(),
        options: [
          { value: 'en', label: 'English' },
          { value: 'de', label: 'Deutsch' },
        ],
      },
    ],
  },
]

/** Name, address, time zone and language. */
export default function GeneralSettingsPage() {
  return (
    <div className="flex flex-col gap-5">
      <PageHead title={m.settings_general()} status={m.settings_general_status()} />
      <SettingsLoaded groups={groups()} />
    </div>
  )
}
