import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { usePlexSignIn } from '@/api/plex-sign-in'
import { sessionQuery } from '@/api/session'

export type SessionRow = Schema<'SessionRow'>

export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/account/sessions', { params: { query: { limit: 200 } }, signal })),
})

/** Asks again who we are: the way in has changed. */
function useReload() {
  const client = useQueryClient()
  return () =>
    Promise.all([
      client.refetchQueries({ queryKey: sessionQuery.queryKey }),
      client.invalidateQueries({ queryKey: ['account'] }),
    ])
}

export function useChangePassword() {
  const reload = useReload()
  return useMutation({
    mutationFn: (body: Schema<'PasswordChange'>) =>
      unwrap(api.PUT('/api/v1/account/password', { body })),
    onSuccess: reload,
  })
}

export function useLinkPlex(onLinked: () => void) {
  const reload = useReload()
  return usePlexSignIn({
    purpose: 'link_admin',
    start: () => unwrap(api.POST('/api/v1/account/plex')),
    attach: ({ id, code }) =>
      unwrap(api.POST('/api/v1/account/plex/pin', { body: { pin_id: id, code } })),
    complete: () => unwrap(api.POST('/api/v1/account/plex/complete')),
    onDone: () => {
      void reload()
      onLinked()
    },
  })
}

export function useUnlinkPlex() {
  const reload = useReload()
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/account/plex')),
    // Not waited for: the button goes with what it was about, and whoever pressed it is to hear of it before.
    onSuccess: () => void reload(),
  })
}

export function useEndSession() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE('/api/v1/account/sessions/{id}', { params: { path: { id } } })),
    // Not waited for: the button goes with what it was about, and whoever pressed it is to hear of it before.
    onSuccess: () => void client.invalidateQueries({ queryKey: ['account', 'sessions'] }),
  })
}

/** Ends every session but this one. */
export function useEndOtherSessions() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/account/sessions')),
    // Not waited for: the button goes with what it was about, and whoever pressed it is to hear of it before.
    onSuccess: () => void client.invalidateQueries({ queryKey: ['account', 'sessions'] }),
  })
}
