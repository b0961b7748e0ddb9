// Why the purge of people who have gone quiet takes or keeps somebody, in words.
import { m } from '@/paraglide/messages.js'

const REASONS: Record<string, () => string> = {
  idle: m.purge_reason_idle,
  never_streamed: m.purge_reason_never_streamed,
  owner: m.purge_reason_owner,
  home: m.purge_reason_home,
  managed: m.purge_reason_managed,
  removed: m.purge_reason_removed,
  pending: m.purge_reason_pending,
  suspended: m.purge_reason_suspended,
  leaving: m.purge_reason_leaving,
  streaming: m.purge_reason_streaming,
  shares_back: m.purge_reason_shares_back,
  whitelisted: m.purge_reason_whitelisted,
  admin: m.purge_reason_admin,
  unknown_account: m.purge_reason_unknown_account,
  clock_doubted: m.purge_reason_clock_doubted,
  not_watched: m.purge_reason_not_watched,
  clock_before_watch: m.purge_reason_clock_before_watch,
  server_unreachable: m.purge_reason_server_unreachable,
  import_under_way: m.purge_reason_import_under_way,
  watch_stale: m.purge_reason_watch_stale,
  streamed_recently: m.purge_reason_streamed_recently,
  joined_recently: m.purge_reason_joined_recently,
  given_time: m.purge_reason_given_time,
  watched_too_short: m.purge_reason_watched_too_short,
  unknown_user: m.purge_reason_unknown_user,
  schedule_off: m.purge_reason_schedule_off,
}

/** The reason as a sentence; undefined for one that this page does not know. */
export const purgeReason = (reason: string | null | undefined): string | undefined =>
  reason ? REASONS[reason]?.() : undefined
