import { lazyRouteComponent } from '@tanstack/react-router'
import { compact, type RawSearch } from '@/lib/search'

export const DashboardPage = lazyRouteComponent(() => import('./pages/DashboardPage'))

/** Over how many days the charts look back. */
export const CHART_DAYS = [7, 30, 90] as const
export const USUAL_DAYS = 30

export interface DashboardSearch {
  days?: (typeof CHART_DAYS)[number]
}

/** What the dashboard's address may say. */
export function dashboardSearch(raw: RawSearch): DashboardSearch {
  return compact({ days: CHART_DAYS.find((days) => days === raw.days) })
}
