import {
  infiniteQueryOptions,
  keepPreviousData,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { allRows, byCursor, PAGE_SIZE } from '@/api/paging'
import { userQuery } from '@/api/user'
import { basePath } from '@/lib/base'
import type { UsersSearch } from './routes'

export type User = Schema<'User'>
export type UserPatch = Schema<'UserPatch'>

/** Which users, and in what order; the rest of the address is about how they are shown. */
export function asked({ view: _view, user: _user, bulk: _bulk, ...query }: UsersSearch) {
  return query
}

export const usersQuery = (search: UsersSearch) =>
  infiniteQueryOptions({
    queryKey: ['users', 'list', asked(search)],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/users', {
          params: { query: { ...asked(search), limit: PAGE_SIZE, cursor: pageParam } },
          signal,
        }),
      ),
    ...byCursor,
    select: allRows,
    placeholderData: keepPreviousData,
  })

/** What has happened to one person, newest first. */
export const userEventsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['history', 'user', id],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/history', {
          params: { query: { user_id: id, limit: PAGE_SIZE, cursor: pageParam } },
          signal,
        }),
      ),
    ...byCursor,
    select: allRows,
  })

/** Puts the answer where the pages look for it; lists and figures are read again. */
function useAdopt() {
  const client = useQueryClient()
  return (user: User) => {
    client.setQueryData(userQuery(user.id).queryKey, user)
    for (const queryKey of [['users', 'list'], ['stats'], ['history']])
      void client.invalidateQueries({ queryKey })
  }
}

/** Saves an edit; refused when somebody else has edited the user since that version. */
export function useUpdateUser(id: string) {
  const adopt = useAdopt()
  return useMutation({
    mutationFn: ({ version, body }: { version: number; body: UserPatch }) =>
      unwrap(
        api.PATCH('/api/v1/users/{id}', {
          params: { path: { id } },
          headers: { 'If-Match': `"${version}"` },
          body,
        }),
      ),
    onSuccess: adopt,
  })
}

// The status of an answer to what begins with it.
const ACCEPTED = 202

export type Verb = 'suspend' | 'resume' | 'restore' | 'block' | 'unblock'

/**
 * Everything that is done to a person by one word. Answers how they stand then, and whether a job has yet to do it
 * at Plex.
 */
export function useUserVerb() {
  const adopt = useAdopt()
  return useMutation({
    mutationFn: async ({ id, verb }: { id: string; verb: Verb }) => {
      const params = { params: { path: { id } } }
      const paths = {
        suspend: () => api.POST('/api/v1/users/{id}/suspend', params),
        resume: () => api.POST('/api/v1/users/{id}/resume', params),
        restore: () => api.POST('/api/v1/users/{id}/restore', params),
        block: () => api.POST('/api/v1/users/{id}/block', params),
        unblock: () => api.POST('/api/v1/users/{id}/unblock', params),
      }
      const answer = await paths[verb]()
      const user = await unwrap<User>(Promise.resolve(answer))
      return { user, underWay: answer.response.status === ACCEPTED }
    },
    onSuccess: ({ user }) => adopt(user),
  })
}

/** Has a person removed; it begins ten seconds later. */
export function useRemoveUser() {
  const adopt = useAdopt()
  return useMutation({
    mutationFn: ({ id, friendship }: { id: string; friendship: 'keep' | 'end' }) =>
      unwrap(api.DELETE('/api/v1/users/{id}', { params: { path: { id }, query: { friendship } } })),
    onSuccess: adopt,
  })
}

/** Where the browser gets everybody who fits the filters, as a file. */
export function exportAddress(search: UsersSearch, format: 'csv' | 'json'): string {
  const query = new URLSearchParams({ format })
  for (const [key, value] of Object.entries(asked(search))) query.set(key, String(value))
  return `${basePath()}/api/v1/users/export?${query}`
}
