// Background jobs in words; their kinds are also the kinds of the schedules.
import { m } from '@/paraglide/messages.js'
import type { Tone } from './ui/Chip'

const KINDS: Record<string, () => string> = {
  apply_access_change: m.job_kind_apply_access_change,
  watch_invitation: m.job_kind_watch_invitation,
  judge_expiries: m.job_kind_judge_expiries,
  expire_user: m.job_kind_expire_user,
  refresh_libraries: m.job_kind_refresh_libraries,
  check_server: m.job_kind_check_server,
  probe_plex_auth: m.job_kind_probe_plex_auth,
  sign_out_plex_token: m.job_kind_sign_out_plex_token,
  purge_inactive: m.job_kind_purge_inactive,
  judge_purge_warnings: m.job_kind_judge_purge_warnings,
  send_notice: m.job_kind_send_notice,
  housekeeping: m.job_kind_housekeeping,
  run_bulk: m.job_kind_run_bulk,
  stop_stream: m.job_kind_stop_stream,
  forget_history: m.job_kind_forget_history,
  forget_addresses: m.job_kind_forget_addresses,
  forget_streams: m.job_kind_forget_streams,
  clear_history: m.job_kind_clear_history,
  import_play_history: m.job_kind_import_play_history,
  sync_users: m.job_kind_sync_users,
  remove_confirmed: m.job_kind_remove_confirmed,
  reread_access: m.job_kind_reread_access,
}

const STATES: Record<string, { label: () => string; tone: Tone }> = {
  queued: { label: m.job_state_queued, tone: 'info' },
  running: { label: m.job_state_running, tone: 'info' },
  blocked: { label: m.job_state_blocked, tone: 'warn' },
  done: { label: m.job_state_done, tone: 'ok' },
  dead: { label: m.job_state_dead, tone: 'bad' },
}

export const JOB_KINDS = Object.keys(KINDS)
export const JOB_STATES = Object.keys(STATES)

/** "Read the libraries"; a kind that this page does not know yet keeps its own name. */
export const jobName = (kind: string): string => KINDS[kind]?.() ?? kind

/** How a job stands, and how that looks. */
export function jobState(state: string): { label: string; tone: Tone } {
  const known = STATES[state]
  return known ? { label: known.label(), tone: known.tone } : { label: state, tone: 'mute' }
}
