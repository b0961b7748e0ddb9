import {
  infiniteQueryOptions,
  keepPreviousData,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { inviteQuery } from '@/api/invite'
import { allRows, byCursor, PAGE_SIZE } from '@/api/paging'
import type { InvitesSearch } from './routes'

export type Invite = Schema<'Invite'>
export type Redemption = Schema<'InviteRedemption'>

export const invitesQuery = (search: InvitesSearch) =>
  infiniteQueryOptions({
    queryKey: ['invites', 'list', search],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/invites', {
          params: { query: { ...search, limit: PAGE_SIZE, cursor: pageParam } },
          signal,
        }),
      ),
    ...byCursor,
    select: allRows,
    placeholderData: keepPreviousData,
  })

export const redemptionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['invites', 'redemptions', id],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/invites/{id}/redemptions', {
          params: { path: { id }, query: { limit: PAGE_SIZE, cursor: pageParam } },
          signal,
        }),
      ),
    ...byCursor,
    select: allRows,
  })

function useRefresh() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: ['invites'] })
}

export function useCreateInvite() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (body: Schema<'InviteInput'>) => unwrap(api.POST('/api/v1/invites', { body })),
    onSuccess: refresh,
  })
}

/** Saves an edit; refused when somebody else changed the invite since it was loaded. */
export function useUpdateInvite(id: string) {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ version, body }: { version: number; body: Schema<'InvitePatch'> }) =>
      unwrap(
        api.PATCH('/api/v1/invites/{id}', {
          params: { path: { id } },
          headers: { 'If-Match': `"${version}"` },
          body,
        }),
      ),
    onSuccess: refresh,
  })
}

export function useDeleteInvite() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE('/api/v1/invites/{id}', { params: { path: { id } } })),
    onSuccess: (_, id) => {
      client.removeQueries({ queryKey: inviteQuery(id).queryKey })
      void client.invalidateQueries({ queryKey: ['invites', 'list'] })
    },
  })
}

/** Puts a link to rest, or lets it work again. */
export function useRest() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ id, paused }: { id: string; paused: boolean }) => {
      const params = { params: { path: { id } } }
      return unwrap(
        paused
          ? api.POST('/api/v1/invites/{id}/pause', params)
          : api.POST('/api/v1/invites/{id}/resume', params),
      )
    },
    onSuccess: refresh,
  })
}
