import { infiniteQueryOptions, useMutation } from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { allRows, byCursor, PAGE_SIZE } from '@/api/paging'

export type Library = Schema<'Library'>

export const librariesQuery = infiniteQueryOptions({
  queryKey: ['libraries', 'list'],
  queryFn: ({ pageParam, signal }) =>
    unwrap(
      api.GET('/api/v1/libraries', {
        params: { query: { limit: PAGE_SIZE, cursor: pageParam } },
        signal,
      }),
    ),
  ...byCursor,
  select: allRows,
})

/** Asks for a fresh look at Plex; a live hint tells when it is done. */
export function useRefreshLibraries() {
  return useMutation({ mutationFn: () => unwrap(api.POST('/api/v1/libraries/refresh')) })
}
