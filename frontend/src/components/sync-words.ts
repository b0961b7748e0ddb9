// Syncs in words: where one stands, what it found, why it came to nothing, how somebody differs.
import { m } from '@/paraglide/messages.js'
import { reasonText } from './reason-words'
import type { Tone } from './ui/Chip'

type Words = Record<string, () => string>

const STATES: Record<string, { label: () => string; tone: Tone }> = {
  queued: { label: m.sync_state_queued, tone: 'info' },
  running: { label: m.sync_state_running, tone: 'info' },
  done: { label: m.sync_state_done, tone: 'ok' },
  failed: { label: m.sync_state_failed, tone: 'bad' },
  needs_confirmation: { label: m.sync_state_needs_confirmation, tone: 'warn' },
}

const KINDS: Record<string, { label: () => string; tone: Tone }> = {
  added: { label: m.sync_kind_added, tone: 'ok' },
  updated: { label: m.sync_kind_updated, tone: 'info' },
  missing: { label: m.sync_kind_missing, tone: 'warn' },
  left: { label: m.sync_kind_left, tone: 'mute' },
  returned: { label: m.sync_kind_returned, tone: 'ok' },
  problem: { label: m.sync_kind_problem, tone: 'bad' },
}

const PROBLEMS: Words = {
  plex_not_connected: m.sync_problem_plex_not_connected,
  plex_garbage: m.sync_problem_plex_garbage,
  list_emptied: m.sync_problem_list_emptied,
  lists_disagree: m.sync_problem_lists_disagree,
  library_unknown: m.sync_problem_library_unknown,
  too_many: m.sync_problem_too_many,
  clock: m.sync_problem_clock,
  internal: m.sync_problem_internal,
}

const DRIFTS: Words = {
  returned: m.drift_returned,
  widened: m.drift_widened,
  narrowed: m.drift_narrowed,
  changed: m.drift_changed,
  downloads: m.drift_downloads,
  no_share: m.drift_no_share,
}

export const SYNC_KINDS = Object.keys(KINDS)

function known(words: Record<string, { label: () => string; tone: Tone }>, name: string) {
  const found = words[name]
  return found ? { label: found.label(), tone: found.tone } : { label: name, tone: 'mute' as const }
}

export const syncState = (state: string) => known(STATES, state)
export const syncKind = (kind: string) => known(KINDS, kind)

/** Why a sync, or a part of it, came to nothing; undefined for what this page does not know. */
export const syncProblem = (problem: string | null | undefined): string | undefined =>
  problem ? (PROBLEMS[problem]?.() ?? reasonText(problem)) : undefined

/** How somebody differs at Plex; undefined for what is no such word. */
export const driftText = (kind: string | null | undefined): string | undefined =>
  kind ? DRIFTS[kind]?.() : undefined
