import { lazyRouteComponent } from '@tanstack/react-router'
import { safeNext } from '@/lib/base'
import type { RawSearch } from '@/lib/search'

export const SignInPage = lazyRouteComponent(() => import('./pages/SignInPage'))

export interface SignInSearch {
  /** Where to go afterwards: a path of ours. */
  next?: string
}

export function signInSearch(raw: RawSearch): SignInSearch {
  const next = safeNext(raw.next)
  return next === '/' ? {} : { next }
}
