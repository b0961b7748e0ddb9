import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { allRows, byCursor, PAGE_SIZE } from '@/api/paging'
import { basePath } from '@/lib/base'
import { beginOf, endOf } from '@/lib/day-range'
import type { HistorySearch } from './routes'

export type HistoryEvent = Schema<'HistoryEvent'>
export type EventType = Schema<'EventType'>
export type HistoryFilters = Omit<HistorySearch, 'event'>

/** What the server is asked for. */
const asked = ({ type, from, to, ...rest }: HistoryFilters) => ({
  ...rest,
  type: type as EventType | undefined,
  from: beginOf(from),
  to: endOf(to),
})

export const historyQuery = (filters: HistoryFilters) =>
  infiniteQueryOptions({
    queryKey: ['history', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/history', {
          params: { query: { ...asked(filters), limit: PAGE_SIZE, cursor: pageParam } },
          signal,
        }),
      ),
    ...byCursor,
    select: allRows,
    placeholderData: keepPreviousData,
  })

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['history', 'one', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/history/{id}', { params: { path: { id } }, signal })),
    // What has happened stays as it was.
    staleTime: Number.POSITIVE_INFINITY,
  })

/** Where the browser gets everything that fits, as a file. */
export function exportAddress(filters: HistoryFilters, format: 'csv' | 'json'): string {
  const query = new URLSearchParams({ format })
  for (const [key, value] of Object.entries(asked(filters))) if (value) query.set(key, value)
  return `${basePath()}/api/v1/history/export?${query}`
}
