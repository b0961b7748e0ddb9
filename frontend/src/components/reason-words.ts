// Why something waits or failed, in words; the stable words are the server's.
import { m } from '@/paraglide/messages.js'

const REASONS: Record<string, () => string> = {
  plex_unavailable: m.reason_plex_unavailable,
  plex_behind: m.reason_plex_behind,
  plex_auth: m.reason_plex_auth,
  plex_identity: m.reason_plex_identity,
  accept_by_email: m.reason_accept_by_email,
  plex_share_limit: m.reason_plex_share_limit,
  libraries_gone: m.reason_libraries_gone,
  plex_refused: m.reason_plex_refused,
  settings_not_kept: m.reason_settings_not_kept,
  gave_up: m.reason_gave_up,
  account_unknown: m.reason_account_unknown,
  invitation_gone: m.reason_invitation_gone,
  superseded: m.reason_superseded,
  abandoned: m.reason_abandoned,
  home_member: m.reason_home_member,
  replaced: m.reason_replaced,
}

/** The reason as a sentence; undefined for one that this page does not know. */
export function reasonText(reason: string | null | undefined): string | undefined {
  return reason ? REASONS[reason]?.() : undefined
}
