import { lazyRouteComponent } from '@tanstack/react-router'
import { compact, oneOf, type RawSearch, text } from '@/lib/search'

export const UsersPage = lazyRouteComponent(() => import('./pages/UsersPage'))

export const USER_STATES = ['active', 'pending', 'suspended', 'removed'] as const

export interface UsersSearch {
  q?: string
  state?: (typeof USER_STATES)[number]
}

/** What the list's address may say. */
export function usersSearch(raw: RawSearch): UsersSearch {
  return compact({ q: text(raw.q), state: oneOf(raw.state, USER_STATES) })
}
