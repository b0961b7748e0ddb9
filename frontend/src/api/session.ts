// Who is signed in, and what they may do.
import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { api, type Schema, unwrap } from './client'

export type Permission = Schema<'Permission'>

/** How far the setup wizard has come. Asked before anything else. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/setup', { signal })),
  // Setup is finished once, and the wizard itself writes its news into the cache.
  staleTime: Number.POSITIVE_INFINITY,
})

/** The signed-in admin; fails with 401 when there is none. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/session', { signal })),
  staleTime: 300_000,
  retry: false,
})

/** The signed-in admin. Only below the shell, whose guard has loaded it. */
export function useAdmin() {
  return useSuspenseQuery(sessionQuery).data.admin
}

/** Saves the language that the signed-in admin wants everywhere. */
export function useSaveLanguage() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (language: string) => unwrap(api.PATCH('/api/v1/account', { body: { language } })),
    onSuccess: (session) => client.setQueryData(sessionQuery.queryKey, session),
  })
}

/** A test for what the signed-in admin may do. */
export function useCan(): (permission: Permission) => boolean {
  const held = new Set<Permission>(useAdmin().permissions)
  return (permission) => held.has(permission)
}
