import { lazyRouteComponent } from '@tanstack/react-router'
import { compact, oneOf, type RawSearch, text } from '@/lib/search'

export const UsersPage = lazyRouteComponent(() => import('./pages/UsersPage'))
export const UserPage = lazyRouteComponent(() => import('./pages/UserPage'))
export const UserOverview = lazyRouteComponent(() => import('./pages/UserOverview'))
export const UserHistory = lazyRouteComponent(() => import('./pages/UserHistory'))
export const UserEdit = lazyRouteComponent(() => import('./pages/UserEdit'))

export const USER_STATES = ['active', 'pending', 'suspended', 'removed'] as const

export const USER_SORTS = [
  'username',
  'added',
  'joined',
  'last_streamed',
  'plays',
  'watch_time',
  'expires',
] as const

/** The filters that are yes, no or any. */
export const USER_FLAGS = [
  'discord',
  'home',
  'shares_back',
  'purge_whitelisted',
  'bot_whitelisted',
  'blocked',
] as const

export type UserFlag = (typeof USER_FLAGS)[number]

/** Which users. */
export interface UserFilter extends Partial<Record<UserFlag, boolean>> {
  q?: string
  state?: (typeof USER_STATES)[number]
  library?: string
  tag?: string
  invite_id?: string
  expiring_days?: number
  inactive_days?: number
}

export interface UsersSearch extends UserFilter {
  sort?: (typeof USER_SORTS)[number]
  order?: 'asc' | 'desc'
  view?: 'table' | 'cards'
  /** Whose details are open beside the list. */
  user?: string
  /** Which change of many is being watched. */
  bulk?: string
}

const MOST_DAYS = 3650

function days(raw: unknown): number | undefined {
  const number = Number(raw ?? Number.NaN)
  return Number.isInteger(number) && number >= 0 && number <= MOST_DAYS ? number : undefined
}

const flag = (raw: unknown) => (typeof raw === 'boolean' ? raw : undefined)

/** What the list's address may say. */
export function usersSearch(raw: RawSearch): UsersSearch {
  return compact({
    q: text(raw.q),
    state: oneOf(raw.state, USER_STATES),
    library: text(raw.library),
    tag: text(raw.tag),
    invite_id: text(raw.invite_id),
    expiring_days: days(raw.expiring_days),
    inactive_days: days(raw.inactive_days),
    discord: flag(raw.discord),
    home: flag(raw.home),
    shares_back: flag(raw.shares_back),
    purge_whitelisted: flag(raw.purge_whitelisted),
    bot_whitelisted: flag(raw.bot_whitelisted),
    blocked: flag(raw.blocked),
    sort: oneOf(raw.sort, USER_SORTS),
    order: oneOf(raw.order, ['asc', 'desc']),
    view: oneOf(raw.view, ['table', 'cards']),
    user: text(raw.user),
    bulk: text(raw.bulk),
  })
}
