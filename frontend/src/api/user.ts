// One person, as the profile, the dashboard and the history ask for them.
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { useCan } from './session'

/** Who somebody is, what is wanted for them, and what Plex shows. */
export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ['users', 'one', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/users/{id}', { params: { path: { id } }, signal })),
  })

/** What the person with this id is called; undefined while that is not known, or not for this admin to see. */
export function useUserName(id: string | undefined): string | undefined {
  const can = useCan()
  const enabled = id !== undefined && can('users.view')
  return useQuery({ ...userQuery(id ?? ''), enabled }).data?.username
}

// More names than that need more letters.
const OFFERED = 20

/** People whose name or address has these letters. */
export const userNamesQuery = (q: string) =>
  queryOptions({
    queryKey: ['users', 'names', q],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/users', { params: { query: { q, limit: OFFERED } }, signal })),
    placeholderData: keepPreviousData,
  })
