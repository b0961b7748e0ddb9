import { UserRoundX } from 'lucide-react'
import { useCan } from '@/api/session'
import { ButtonLink } from '@/components/ui/Link'
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

const yesNo = (key: SettingField['key'], [label, help]: Words): SettingField => ({
  key,
  label: label(),
  help: help(),
  options: [
    { value: 'true', label: m.ui_yes() },
    { value: 'false', label: m.ui_no() },
  ],
})

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
    title: m.settings_group_purge(),
    hint: m.settings_group_purge_hint(),
    fields: [
      {
        key: 'purge_schedule',
        label: m.setting_purge_schedule(),
        help: m.setting_purge_schedule_help(),
        options: [
          { value: 'off', label: m.purge_mode_off() },
          { value: 'paused', label: m.purge_mode_paused() },
          { value: 'on', label: m.purge_mode_on() },
        ],
      },
      number(
        'purge_inactive_days',
        [m.setting_purge_inactive_days, m.setting_purge_inactive_days_help],
        m.history_clear_unit,
        7,
        3650,
      ),
      number(
        'purge_warn_wait_days',
        [m.setting_purge_warn_wait_days, m.setting_purge_warn_wait_days_help],
        m.history_clear_unit,
        1,
        90,
      ),
      number(
        'purge_most_per_run',
        [m.setting_purge_most_per_run, m.setting_purge_most_per_run_help],
        m.unit_people,
        1,
        100,
      ),
      yesNo('purge_exempt_shares_back', [
        m.setting_purge_exempt_shares_back,
        m.setting_purge_exempt_shares_back_help,
      ]),
      yesNo('purge_exempt_whitelisted', [
        m.setting_purge_exempt_whitelisted,
        m.setting_purge_exempt_whitelisted_help,
      ]),
      yesNo('purge_exempt_admins', [
        m.setting_purge_exempt_admins,
        m.setting_purge_exempt_admins_help,
      ]),
      yesNo('purge_count_imported', [m.purge_count_imported, m.purge_count_imported_help]),
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
  const can = useCan()
  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={m.settings_access()}
        status={m.settings_access_status()}
        actions={
          can('users.purge') && (
            <ButtonLink to="/users/purge" icon={UserRoundX}>
              {m.purge_title()}
            </ButtonLink>
          )
        }
      />
      <SettingsLoaded groups={groups()} />
    </div>
  )
}
