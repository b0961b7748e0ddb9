import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { allRows, byCursor, PAGE_SIZE } from '@/api/paging'
import { basePath } from '@/lib/base'
import { beginOf, endOf } from '@/lib/day-range'
import type { StreamHistorySearch } from './routes'

// As many as the server takes in one request.
const AT_ONCE = 200

export type PastStream = Schema<'PlayedStream'>

/** What the server is asked for. */
const asked = ({ library, kind, from, to, ...rest }: StreamHistorySearch) => ({
  ...rest,
  library_id: library,
  kind: kind as PastStream['kind'] | undefined,
  from: beginOf(from),
  to: endOf(to),
})

export const streamHistoryQuery = (search: StreamHistorySearch) =>
  infiniteQueryOptions({
    queryKey: ['stream-history', 'list', search],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/stream-history', {
          params: { query: { ...asked(search), limit: PAGE_SIZE, cursor: pageParam } },
          signal,
        }),
      ),
    ...byCursor,
    select: allRows,
    placeholderData: keepPreviousData,
  })

export const userStatsQuery = (id: string) =>
  queryOptions({
    queryKey: ['stream-history', 'stats', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/users/{id}/stats', { params: { path: { id } }, signal })),
  })

/** Where the browser gets everything that fits, as a file. */
export function exportAddress(search: StreamHistorySearch, format: 'csv' | 'json'): string {
  const query = new URLSearchParams({ format })
  for (const [key, value] of Object.entries(asked(search))) if (value) query.set(key, value)
  return `${basePath()}/api/v1/stream-history/export?${query}`
}

/** Forgets the chosen streams; the figures lose their share of them too. */
export function useForgetStreams() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (ids: string[]) => {
      let deleted = 0
      for (let from = 0; from < ids.length; from += AT_ONCE) {
        const body = { ids: ids.slice(from, from + AT_ONCE) }
        deleted += (await unwrap(api.POST('/api/v1/stream-history/delete', { body }))).deleted
      }
      return deleted
    },
    onSettled: () =>
      Promise.all(
        ['stream-history', 'watching', 'users', 'stats', 'history'].map((topic) =>
          client.invalidateQueries({ queryKey: [topic] }),
        ),
      ),
  })
}
