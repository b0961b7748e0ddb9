import { lazyRouteComponent } from '@tanstack/react-router'
import { compact, day, type RawSearch, text } from '@/lib/search'

export const HistoryPage = lazyRouteComponent(() => import('./pages/HistoryPage'))

export interface HistorySearch {
  q?: string
  type?: string
  actor?: string
  user_id?: string
  invite_id?: string
  /** Days as "2025-11-30". */
  from?: string
  to?: string
  /** The event that is open beside the list. */
  event?: string
}

/** What the list's address may say. */
export function historySearch(raw: RawSearch): HistorySearch {
  return compact({
    q: text(raw.q),
    type: text(raw.type),
    actor: text(raw.actor),
    user_id: text(raw.user_id),
    invite_id: text(raw.invite_id),
    from: day(raw.from),
    to: day(raw.to),
    event: text(raw.event),
  })
}
