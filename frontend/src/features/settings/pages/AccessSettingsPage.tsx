import { PageHead } from '@/components/ui/PageHead'
import { m } from '@/paraglide/messages.js'
import type { SettingField, SettingGroup } from '../components/SettingsForm'
import { SettingsLoaded } from '../components/SettingsLoaded'

type Words = [label: () => string, help: () => string]

const number = (
  key: SettingField['key'],
  [label, help]: Words,
  unit: () => string,
  min: number,
  max: number,
): SettingField => ({ key, label: label(), help: help(), number: { unit: unit(), min, max } })

// The bounds are the server's; it says so where they are passed.
const groups = (): SettingGroup[] => [
  {
    title: m.settings_group_watching(),
    fields: [
      number(
        'stream_poll_seconds',
        [m.setting_stream_poll_seconds, m.setting_stream_poll_seconds_help],
        m.unit_seconds,
        10,
        3600,
      ),
    ],
  },
  {
    title: m.settings_group_step(),
    fields: [
      number(
        'sync_every_hours',
        [m.setting_sync_every_hours, m.setting_sync_every_hours_help],
        m.unit_hours,
        0,
        24,
      ),
      {
        key: 'drift_policy',
        label: m.setting_drift_policy(),
        help: m.setting_drift_policy_help(),
        options: [
          { value: 'ask', label: m.drift_policy_ask() },
          { value: 'adopt', label: m.drift_policy_adopt() },
          { value: 'reapply', label: m.drift_policy_reapply() },
        ],
      },
      number(
        'pending_invitation_days',
        [m.setting_pending_invitation_days, m.setting_pending_invitation_days_help],
        m.history_clear_unit,
        1,
        90,
      ),
    ],
  },
]

/** How PUM watches, lets quiet people go, and keeps users in step with Plex. */
export default function AccessSettingsPage() {
  return (
    <div className="flex flex-col gap-5">
      <PageHead title={m.settings_access()} status={m.settings_access_status()} />
      <SettingsLoaded groups={groups()} />
    </div>
  )
}
