import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { allRows, byCursor, PAGE_SIZE } from '@/api/paging'
import type { HistorySearch } from './routes'

export type HistoryEvent = Schema<'HistoryEvent'>
export type EventType = Schema<'EventType'>

/** The first or the last moment of a day in this browser's zone. */
function moment(day: string | undefined, time: string): string | undefined {
  return day && new Date(`${day}T${time}`).toISOString()
}

export const historyQuery = (search: HistorySearch) =>
  infiniteQueryOptions({
    queryKey: ['history', 'list', search],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/history', {
          params: {
            query: {
              ...search,
              type: search.type as EventType | undefined,
              from: moment(search.from, '00:00:00'),
              to: moment(search.to, '23:59:59.999'),
              limit: PAGE_SIZE,
              cursor: pageParam,
            },
          },
          signal,
        }),
      ),
    ...byCursor,
    select: allRows,
    placeholderData: keepPreviousData,
  })
