import { lazyRouteComponent } from '@tanstack/react-router'
import { compact, type RawSearch, text } from '@/lib/search'

export const SyncsPage = lazyRouteComponent(() => import('./pages/SyncsPage'))
export const SyncPage = lazyRouteComponent(() => import('./pages/SyncPage'))

export interface SyncSearch {
  q?: string
  kind?: string
}

/** What the address of one sync may say. */
export function syncSearch(raw: RawSearch): SyncSearch {
  return compact({ q: text(raw.q), kind: text(raw.kind) })
}
