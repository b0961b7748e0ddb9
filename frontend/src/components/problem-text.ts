// What a refusal says to the person, in their language. Codes without a text of ours fall back to
// the server's own sentence.
import { ApiError, NO_PIN, UNREACHABLE } from '@/api/problem'
import { getLocale } from '@/lib/locale'
import { m } from '@/paraglide/messages.js'

/** The texts that need no values, by their code. */
export const PROBLEMS: Record<string, () => string> = {
  [UNREACHABLE]: m.problem_unreachable,
  [NO_PIN]: m.problem_plex_pin,
  bad_credentials: m.problem_bad_credentials,
  setup_code_wrong: m.problem_setup_code_wrong,
  weak_password: m.problem_weak_password,
  username_taken: m.problem_username_taken,
  plex_account_taken: m.problem_plex_account_taken,
  plex_account_not_linked: m.problem_plex_account_not_linked,
  last_way_in: m.problem_last_way_in,
  storage_full: m.problem_storage_full,
  plex_sign_in_expired: m.problem_plex_sign_in_expired,
  plex_sign_in_foreign: m.problem_plex_sign_in_foreign,
  plex_unreachable: m.problem_plex_unreachable,
  plex_timeout: m.problem_plex_timeout,
  plex_not_owner: m.problem_plex_not_owner,
  plex_token_invalid: m.problem_plex_token_invalid,
  plex_token_required: m.problem_plex_token_required,
  plex_other_server: m.problem_plex_other_server,
  plex_not_connected: m.problem_plex_not_connected,
  invite_path_taken: m.problem_invite_path_taken,
  library_unknown: m.problem_library_unknown,
  user_removed: m.problem_user_removed,
  user_blocked: m.problem_user_blocked,
  removal_planned: m.problem_removal_planned,
  access_expired: m.problem_access_expired,
  nothing_to_restore: m.problem_nothing_to_restore,
  discord_account_taken: m.problem_discord_account_taken,
  owner_keeps_access: m.problem_owner_keeps_access,
  home_keeps_access: m.problem_home_keeps_access,
  managed_keeps_access: m.problem_managed_keeps_access,
  version_conflict: m.problem_version_conflict,
  stream_ended: m.problem_stream_ended,
  plex_pass_missing: m.stream_stop_no_pass,
  no_session_id: m.stream_stop_no_session,
  address_not_public: m.problem_address_not_public,
  place_unknown: m.problem_place_unknown,
  not_found: m.problem_not_found,
  not_signed_in: m.problem_not_signed_in,
  same_origin_required: m.problem_same_origin_required,
  setup_complete: m.problem_setup_complete,
  setup_step_missing: m.problem_setup_step_missing,
  unavailable: m.problem_unavailable,
  internal: m.problem_internal,
  plex_refused: m.problem_plex_refused,
  plex_share_limit: m.reason_plex_share_limit,
  discord_not_configured: m.field_discord_missing,
  removals_changed: m.held_changed,
  no_drift: m.problem_no_drift,
}

/** Codes that stand for many things: to whoever reads the server's language its own sentence says more. */
export const VAGUE: Record<string, () => string> = {
  conflict: m.problem_conflict,
  validation_failed: m.problem_validation_failed,
}

const SERVERS_LANGUAGE = 'en'

/** One or two sentences: what happened and what to do. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return m.ui_unexpected_error()
  const { code, permission, detail, title } = error.problem
  if (code === 'permission_denied' && permission) return m.problem_permission_denied({ permission })
  if (code === 'too_many_requests' && error.retryAfter !== null)
    return m.problem_too_many_requests({ seconds: error.retryAfter })
  const own = PROBLEMS[code] ?? (getLocale() === SERVERS_LANGUAGE ? undefined : VAGUE[code])
  return own?.() ?? (detail || title || m.ui_unexpected_error())
}
