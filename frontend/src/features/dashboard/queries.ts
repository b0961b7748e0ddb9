import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'

export type WatchStats = Schema<'WatchStats'>

// Charts of days do not change with every stream.
const FRESH_MS = 60_000

export const watchStatsQuery = (days: number) =>
  queryOptions({
    queryKey: ['watching', days],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/stats/watching', { params: { query: { days } }, signal })),
    staleTime: FRESH_MS,
    placeholderData: keepPreviousData,
  })
