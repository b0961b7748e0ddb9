import { lazyRouteComponent } from '@tanstack/react-router'
import { compact, type RawSearch, text } from '@/lib/search'

export const JobsPage = lazyRouteComponent(() => import('./pages/JobsPage'))

export interface JobsSearch {
  state?: string
  kind?: string
  schedule?: string
  /** The job that is open beside the list. */
  job?: string
}

/** What the list's address may say. */
export function jobsSearch(raw: RawSearch): JobsSearch {
  return compact({
    state: text(raw.state),
    kind: text(raw.kind),
    schedule: text(raw.schedule),
    job: text(raw.job),
  })
}
