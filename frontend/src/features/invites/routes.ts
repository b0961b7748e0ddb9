import { lazyRouteComponent } from '@tanstack/react-router'
import { compact, oneOf, type RawSearch, text } from '@/lib/search'

export const InvitesPage = lazyRouteComponent(() => import('./pages/InvitesPage'))
export const NewInvitePage = lazyRouteComponent(() => import('./pages/NewInvitePage'))
export const InvitePage = lazyRouteComponent(() => import('./pages/InvitePage'))
export const EditInvitePage = lazyRouteComponent(() => import('./pages/EditInvitePage'))

export const INVITE_STATUSES = ['active', 'paused', 'expired', 'used_up'] as const
export const INVITE_SORTS = ['created', 'expires', 'label', 'uses'] as const

export interface InvitesSearch {
  q?: string
  status?: (typeof INVITE_STATUSES)[number]
  sort?: (typeof INVITE_SORTS)[number]
  order?: 'asc' | 'desc'
}

/** What the list's address may say. */
export function invitesSearch(raw: RawSearch): InvitesSearch {
  return compact({
    q: text(raw.q),
    status: oneOf(raw.status, INVITE_STATUSES),
    sort: oneOf(raw.sort, INVITE_SORTS),
    order: oneOf(raw.order, ['asc', 'desc']),
  })
}
