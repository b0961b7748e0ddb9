// History events in words; the dashboard and the history page say the same.
import type { LucideIcon } from 'lucide-react'
import {
  Clock,
  Library,
  LogIn,
  Play,
  RefreshCw,
  Server,
  Settings,
  Ticket,
  TriangleAlert,
  UserRound,
} from 'lucide-react'
import { m } from '@/paraglide/messages.js'

const NAMES: Record<string, () => string> = {
  'setup.completed': m.event_setup_completed,
  'setup.reset': m.event_setup_reset,
  'setup.code_refused': m.event_setup_code_refused,
  'admin.created': m.event_admin_created,
  'admin.signed_in': m.event_admin_signed_in,
  'admin.sign_in_failed': m.event_admin_sign_in_failed,
  'admin.signed_out': m.event_admin_signed_out,
  'admin.password_changed': m.event_admin_password_changed,
  'admin.password_reset': m.event_admin_password_reset,
  'admin.plex_linked': m.event_admin_plex_linked,
  'admin.plex_unlinked': m.event_admin_plex_unlinked,
  'setting.changed': m.event_setting_changed,
  'server.connected': m.event_server_connected,
  'server.token_replaced': m.event_server_token_replaced,
  'server.replaced': m.event_server_replaced,
  'server.auth_lost': m.event_server_auth_lost,
  'server.auth_restored': m.event_server_auth_restored,
  'server.identity_changed': m.event_server_identity_changed,
  'libraries.refreshed': m.event_libraries_refreshed,
  'library.added': m.event_library_added,
  'library.vanished': m.event_library_vanished,
  'library.returned': m.event_library_returned,
  'invite.created': m.event_invite_created,
  'invite.updated': m.event_invite_updated,
  'invite.paused': m.event_invite_paused,
  'invite.resumed': m.event_invite_resumed,
  'invite.deleted': m.event_invite_deleted,
  'redemption.started': m.event_redemption_started,
  'redemption.accepted': m.event_redemption_accepted,
  'redemption.completed': m.event_redemption_completed,
  'redemption.failed': m.event_redemption_failed,
  'redemption.retried': m.event_redemption_retried,
  'user.enrolled': m.event_user_enrolled,
  'user.returned': m.event_user_returned,
  'user.access_requested': m.event_user_access_requested,
  'user.access_granted': m.event_user_access_granted,
  'user.access_changed': m.event_user_access_changed,
  'user.access_revoked': m.event_user_access_revoked,
  'user.access_failed': m.event_user_access_failed,
  'user.access_expired': m.event_user_access_expired,
  'user.updated': m.event_user_updated,
  'user.removal_requested': m.event_user_removal_requested,
  'user.removal_undone': m.event_user_removal_undone,
  'user.removed': m.event_user_removed,
  'user.suspended': m.event_user_suspended,
  'user.resumed': m.event_user_resumed,
  'user.restored': m.event_user_restored,
  'user.blocked': m.event_user_blocked,
  'user.unblocked': m.event_user_unblocked,
  'user.access_retried': m.event_user_access_retried,
  'user.added': m.event_user_added,
  'user.purge_warned': m.event_user_purge_warned,
  'user.purge_cancelled': m.event_user_purge_cancelled,
  'user.purged': m.event_user_purged,
  'user.renamed': m.event_user_renamed,
  'user.joined': m.event_user_joined,
  'user.left': m.event_user_left,
  'user.access_drifted': m.event_user_access_drifted,
  'user.access_adopted': m.event_user_access_adopted,
  'sync.completed': m.event_sync_completed,
  'sync.failed': m.event_sync_failed,
  'removals.held': m.event_removals_held,
  'removals.confirmed': m.event_removals_confirmed,
  'stream.stop_requested': m.event_stream_stop_requested,
  'stream.stopped': m.event_stream_stopped,
  'stream.stop_failed': m.event_stream_stop_failed,
  'clock.jumped': m.event_clock_jumped,
  'clock.confirmed': m.event_clock_confirmed,
  'bulk.started': m.event_bulk_started,
  'bulk.stopped': m.event_bulk_stopped,
  'bulk.retried': m.event_bulk_retried,
  'bulk.finished': m.event_bulk_finished,
  'job.died': m.event_job_died,
  'job.run_requested': m.event_job_run_requested,
  'job.retried': m.event_job_retried,
  'history.cleared': m.event_history_cleared,
  'stream_history.deleted': m.event_stream_history_deleted,
}

const ICONS: Record<string, LucideIcon> = {
  setup: Settings,
  admin: LogIn,
  setting: Settings,
  server: Server,
  libraries: Library,
  library: Library,
  invite: Ticket,
  redemption: Ticket,
  user: UserRound,
  sync: RefreshCw,
  removals: TriangleAlert,
  clock: Clock,
  bulk: UserRound,
  job: TriangleAlert,
  history: Settings,
  stream_history: Play,
}

const ACTORS: Record<string, () => string> = {
  admin: m.actor_admin,
  api_token: m.actor_api_token,
  invitee: m.actor_invitee,
  schedule: m.actor_schedule,
  command_line: m.actor_command_line,
  system: m.actor_system,
}

export const EVENT_TYPES = Object.keys(NAMES)
export const ACTOR_KINDS = Object.keys(ACTORS)

/** "Invite created"; an event that this page does not know yet keeps its own name. */
export function eventName(type: string): string {
  return NAMES[type]?.() ?? type
}

/** The icon of an event's noun. */
export function eventIcon(type: string): LucideIcon {
  return ICONS[type.split('.')[0] ?? ''] ?? Settings
}

/** What kind of somebody did it. */
export function actorKind(kind: string): string {
  return ACTORS[kind]?.() ?? kind
}
