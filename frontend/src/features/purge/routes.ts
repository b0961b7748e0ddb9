import { lazyRouteComponent } from '@tanstack/react-router'
import { compact, oneOf, type RawSearch } from '@/lib/search'

export const PurgePage = lazyRouteComponent(() => import('./pages/PurgePage'))

export const LEAST_DAYS = 7
export const MOST_DAYS = 3650
export const MOST_WAIT_DAYS = 90

/** What may be said for or against people, each on or off. */
export const PURGE_FLAGS = [
  'exempt_shares_back',
  'exempt_whitelisted',
  'exempt_admins',
  'ignore_join_date',
  'count_imported',
] as const

export type PurgeFlag = (typeof PURGE_FLAGS)[number]

export interface PurgeSearch extends Partial<Record<PurgeFlag, boolean>> {
  view?: 'rehearsal'
  /** Only those who would go, or who stay. */
  verdict?: 'purge' | 'keep'
  days?: number
  /** Days between a warning and the removal, for the past only. */
  wait?: number
}

/** What the address may say: the terms, and whether the past is asked instead of today. */
export function purgeSearch(raw: RawSearch): PurgeSearch {
  const days = Number(raw.days ?? Number.NaN)
  const wait = Number(raw.wait ?? Number.NaN)
  const flag = (key: PurgeFlag) => (typeof raw[key] === 'boolean' ? raw[key] : undefined)
  return compact({
    view: oneOf(raw.view, ['rehearsal']),
    verdict: oneOf(raw.verdict, ['purge', 'keep']),
    days: Number.isInteger(days) && days >= LEAST_DAYS && days <= MOST_DAYS ? days : undefined,
    wait: Number.isInteger(wait) && wait > 0 && wait <= MOST_WAIT_DAYS ? wait : undefined,
    exempt_shares_back: flag('exempt_shares_back'),
    exempt_whitelisted: flag('exempt_whitelisted'),
    exempt_admins: flag('exempt_admins'),
    ignore_join_date: flag('ignore_join_date'),
    count_imported: flag('count_imported'),
  })
}
