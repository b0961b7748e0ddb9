import { lazyRouteComponent } from '@tanstack/react-router'
import { compact, oneOf, type RawSearch, text } from '@/lib/search'

export const UsersPage = lazyRouteComponent(() => import('./pages/UsersPage'))

export const USER_STATES = ['active', 'pending', 'suspended', 'removed'] as const

export const USER_SORTS = ['username', 'joined'] as const

export interface UsersSearch {
  q?: string
  state?: (typeof USER_STATES)[number]
  sort?: (typeof USER_SORTS)[number]
  order?: 'asc' | 'desc'
}

/** What the list's address may say. */
export function usersSearch(raw: RawSearch): UsersSearch {
  return compact({
    q: text(raw.q),
    state: oneOf(raw.state, USER_STATES),
    sort: oneOf(raw.sort, USER_SORTS),
    order: oneOf(raw.order, ['asc', 'desc']),
  })
}
