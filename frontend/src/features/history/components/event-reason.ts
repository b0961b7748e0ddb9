// Why something happened, in words; the stable words are the server's.
import { removedText } from '@/components/fact-words'
import { purgeReason } from '@/components/purge-words'
import { reasonText } from '@/components/reason-words'
import { driftText, syncProblem } from '@/components/sync-words'
import { m } from '@/paraglide/messages.js'
import type { HistoryEvent } from '../queries'

const CAUSES: Record<string, () => string> = {
  admin: m.event_reason_admin,
  redemption: m.event_reason_redemption,
  expiry: m.event_reason_expiry,
  drift: m.event_reason_drift,
  library_added: m.event_reason_library_added,
  purge: m.event_reason_purge,
  sync: m.event_reason_sync,
  password: m.event_reason_password,
  plex: m.event_reason_plex,
  wrong_password: m.event_reason_wrong_password,
  plex_account_not_linked: m.event_reason_plex_account_not_linked,
  all_sessions: m.event_reason_all_sessions,
  ended_from_another_session: m.event_reason_ended_from_another_session,
}

// The bulk by whose order something was done to somebody.
const BULK = /^bulk:(.+)$/

/** The id of the bulk that an event is part of, or about. */
export function bulkOf({ subject, reason }: HistoryEvent): string | undefined {
  if (subject?.kind === 'bulk') return subject.id ?? undefined
  return BULK.exec(reason ?? '')?.[1]
}

/** The reason as a sentence; a word that this page does not know stays as it is. */
export function eventReason({ type, reason }: HistoryEvent): string | null {
  if (!reason) return null
  if (BULK.test(reason)) return m.event_reason_bulk()
  const purged = type.includes('purge') ? purgeReason(reason) : undefined
  return (
    purged ??
    CAUSES[reason]?.() ??
    reasonText(reason) ??
    removedText(reason) ??
    driftText(reason) ??
    syncProblem(reason) ??
    purgeReason(reason) ??
    reason
  )
}
