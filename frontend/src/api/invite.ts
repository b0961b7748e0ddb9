// One invite, as its own page and the filters of other lists ask for it.
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { useCan } from './session'

export const inviteQuery = (id: string) =>
  queryOptions({
    queryKey: ['invites', 'one', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/invites/{id}', { params: { path: { id } }, signal })),
  })

/** What an invite is called; undefined without a name, once it is deleted, or where it is not this admin's to see. */
export function useInviteName(id: string | undefined): string | undefined {
  const can = useCan()
  const enabled = id !== undefined && can('invites.view')
  return useQuery({ ...inviteQuery(id ?? ''), enabled }).data?.label ?? undefined
}

// More names than that need more letters.
const OFFERED = 20

/** Invites whose name or code has these letters. */
export const inviteNamesQuery = (q: string) =>
  queryOptions({
    queryKey: ['invites', 'names', q],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/invites', { params: { query: { q, limit: OFFERED } }, signal })),
    placeholderData: keepPreviousData,
  })
