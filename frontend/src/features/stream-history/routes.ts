import { lazyRouteComponent } from '@tanstack/react-router'
import { compact, day, type RawSearch, text } from '@/lib/search'

export const StreamHistoryPage = lazyRouteComponent(() => import('./pages/StreamHistoryPage'))
export const UserStreams = lazyRouteComponent(() => import('./pages/UserStreams'))

export interface StreamHistorySearch {
  q?: string
  user_id?: string
  library?: string
  kind?: string
  player?: string
  /** Days as "2025-11-30". */
  from?: string
  to?: string
}

/** What the address of a list of streams may say. */
export function streamHistorySearch(raw: RawSearch): StreamHistorySearch {
  return compact({
    q: text(raw.q),
    user_id: text(raw.user_id),
    library: text(raw.library),
    kind: text(raw.kind),
    player: text(raw.player),
    from: day(raw.from),
    to: day(raw.to),
  })
}

/** The same beside a person, who is named by the path. */
export function userStreamsSearch(raw: RawSearch): Omit<StreamHistorySearch, 'user_id'> {
  const { user_id: _user, ...rest } = streamHistorySearch(raw)
  return rest
}
