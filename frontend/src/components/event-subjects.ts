// What an event is about, in words where the server names it by a code.
import { m } from '@/paraglide/messages.js'

type Words = Record<string, () => string>

/** What is done to many people at once. */
export const BULK_KINDS: Words = {
  set_libraries: m.bulk_kind_set_libraries,
  add_libraries: m.bulk_kind_add_libraries,
  remove_libraries: m.bulk_kind_remove_libraries,
  set_downloads: m.bulk_kind_set_downloads,
  set_expiry: m.bulk_kind_set_expiry,
  set_purge_whitelisted: m.bulk_kind_set_purge_whitelisted,
  set_bot_whitelisted: m.bulk_kind_set_bot_whitelisted,
  add_tags: m.bulk_kind_add_tags,
  remove_tags: m.bulk_kind_remove_tags,
  suspend: m.bulk_kind_suspend,
  resume: m.bulk_kind_resume,
  remove: m.bulk_kind_remove,
  purge: m.bulk_kind_purge,
}

const SETTINGS: Words = {
  app_base_url: m.setting_app_base_url,
  app_name: m.setting_app_name,
  drift_policy: m.setting_drift_policy,
  forget_addresses_days: m.setting_forget_addresses_days,
  history_retention_days: m.setting_history_retention_days,
  language: m.setting_language,
  pending_invitation_days: m.setting_pending_invitation_days,
  purge_exempt_admins: m.setting_purge_exempt_admins,
  purge_exempt_shares_back: m.setting_purge_exempt_shares_back,
  purge_exempt_whitelisted: m.setting_purge_exempt_whitelisted,
  purge_inactive_days: m.setting_purge_inactive_days,
  purge_most_per_run: m.setting_purge_most_per_run,
  purge_schedule: m.setting_purge_schedule,
  purge_warn_wait_days: m.setting_purge_warn_wait_days,
  stream_history_days: m.setting_stream_history_days,
  stream_poll_seconds: m.setting_stream_poll_seconds,
  sync_every_hours: m.setting_sync_every_hours,
  time_zone: m.setting_time_zone,
}

const NAMES: Record<string, Words> = { bulk: BULK_KINDS, setting: SETTINGS }

interface Subject {
  kind: string
  name?: string | null
}

/** Its name; a code that this page does not know stays as it is. Null without one. */
export function subjectName(subject: Subject | null | undefined): string | null {
  if (!subject?.name) return null
  return NAMES[subject.kind]?.[subject.name]?.() ?? subject.name
}
