import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
} from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { allRows, byCursor, PAGE_SIZE } from '@/api/paging'
import { useSyncNews } from '@/api/syncs'
import type { SyncSearch } from './routes'

export type Sync = Schema<'Sync'>
export type SyncItem = Schema<'SyncItem'>

// A hint tells of most steps; the look now and then is for those that were missed.
const BUSY_MS = 2000

/** Whether PUM is still comparing. */
export const underWay = ({ state }: Sync) => state === 'queued' || state === 'running'

export const syncsQuery = infiniteQueryOptions({
  queryKey: ['syncs', 'list'],
  queryFn: ({ pageParam, signal }) =>
    unwrap(
      api.GET('/api/v1/users/syncs', {
        params: { query: { limit: PAGE_SIZE, cursor: pageParam } },
        signal,
      }),
    ),
  ...byCursor,
  select: allRows,
  refetchInterval: ({ state }) =>
    state.data?.pages.some(({ items }) => items.some(underWay)) ? BUSY_MS : false,
})

export const syncQuery = (id: string) =>
  queryOptions({
    queryKey: ['syncs', 'one', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/users/syncs/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data && underWay(state.data) ? BUSY_MS : false),
  })

export const syncItemsQuery = (id: string, { q, kind }: SyncSearch) =>
  infiniteQueryOptions({
    queryKey: ['syncs', 'items', id, { q, kind }],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/users/syncs/{id}/items', {
          params: {
            path: { id },
            query: {
              q,
              kind: kind as SyncItem['kind'] | undefined,
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

/** Confirms the removal of exactly the people that this list stands for. */
export function useConfirmRemovals(id: string) {
  const refresh = useSyncNews()
  return useMutation({
    mutationFn: (list: string) =>
      unwrap(
        api.POST('/api/v1/users/syncs/{id}/confirm', {
          params: { path: { id } },
          body: { list_id: list },
        }),
      ),
    // Whether it went through or the list had changed: look again.
    // Not waited for: the button goes with what it was about, and whoever pressed it is to hear of it before.
    onSettled: () => void refresh(),
  })
}
