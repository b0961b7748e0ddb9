import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { allRows, byCursor, PAGE_SIZE } from '@/api/paging'
import type { UserFilter } from './routes'

export type BulkInput = Schema<'BulkInput'>
export type Bulk = Schema<'Bulk'>
export type BulkItem = Schema<'BulkItem'>
export type BulkPreview = Schema<'BulkPreview'>

/** Whom a bulk is about: ticked people, or everybody who fits the filters. */
export type Whom = { ids: string[] } | { filter: UserFilter }

/** What would become of everybody. Nothing is changed by asking. */
export const previewQuery = (input: BulkInput | null) =>
  infiniteQueryOptions({
    queryKey: ['bulk-preview', input],
    queryFn: async ({ pageParam, signal }) => {
      const body: BulkInput = {
        ...(input as BulkInput),
        dry_run: true,
        limit: PAGE_SIZE,
        ...(pageParam !== undefined && { cursor: pageParam }),
      }
      const answer = await unwrap(api.POST('/api/v1/users/bulk', { body, signal }))
      return answer as Schema<'PageDto_BulkPreview'>
    },
    enabled: input !== null,
    ...byCursor,
    select: allRows,
    // The people may have changed since the last look.
    staleTime: 0,
    gcTime: 0,
  })

/** Begins it. The key makes a second press the same bulk. */
export function useStartBulk(onBegun: (id: string) => void) {
  return useMutation({
    onSuccess: ({ bulk_id }) => onBegun(bulk_id),
    mutationFn: async ({ input, key }: { input: BulkInput; key: string }) => {
      const answer = await unwrap(
        api.POST('/api/v1/users/bulk', { body: input, headers: { 'Idempotency-Key': key } }),
      )
      return answer as Schema<'BulkBegun'>
    },
  })
}

export const bulkQuery = (id: string) =>
  queryOptions({
    // Apart from the users: a long list of them takes its time, and this is looked at meanwhile.
    queryKey: ['bulks', 'one', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/users/bulk/{id}', { params: { path: { id } }, signal })),
  })

/** How many people it is over for, whatever became of them. */
export const goneThrough = ({ total, counts }: Bulk): number =>
  total - counts.waiting - counts.under_way - counts.skipped

export type ItemState = BulkItem['state']

export const bulkItemsQuery = (id: string, state: ItemState | undefined) =>
  infiniteQueryOptions({
    queryKey: ['bulks', 'items', id, state],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/users/bulk/{id}/items', {
          params: {
            path: { id },
            query: { limit: PAGE_SIZE, cursor: pageParam, ...(state && { state }) },
          },
          signal,
        }),
      ),
    ...byCursor,
    select: allRows,
    placeholderData: keepPreviousData,
  })

/** Stops it, or tries its failed ones again. */
export function useSteerBulk(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (verb: 'stop' | 'retry') => {
      const params = { params: { path: { id } } }
      return unwrap<Bulk>(
        verb === 'stop'
          ? api.POST('/api/v1/users/bulk/{id}/stop', params)
          : api.POST('/api/v1/users/bulk/{id}/retry', params),
      )
    },
    onSuccess: (bulk) => {
      client.setQueryData(bulkQuery(id).queryKey, bulk)
      void client.invalidateQueries({ queryKey: ['bulks', 'items', id] })
    },
  })
}
