import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { usePlexSignIn } from '@/api/plex-sign-in'
import { sessionQuery } from '@/api/session'

export type Session = Schema<'SessionAnswer'>

/** Everything loaded before belonged to nobody, or to somebody else. */
function welcome(client: QueryClient, session: Session) {
  client.removeQueries()
  client.setQueryData(sessionQuery.queryKey, session)
}

export function useSignIn(onDone: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Schema<'Credentials'>) => unwrap(api.POST('/api/v1/session', { body })),
    onSuccess: (session) => {
      welcome(client, session)
      onDone()
    },
  })
}

export function usePlexLogin(onDone: () => void) {
  const client = useQueryClient()
  return usePlexSignIn({
    purpose: 'login',
    start: () => unwrap(api.POST('/api/v1/session/plex')),
    attach: ({ id, code }) =>
      unwrap(api.POST('/api/v1/session/plex/pin', { body: { pin_id: id, code } })),
    complete: () => unwrap(api.POST('/api/v1/session/plex/complete')),
    onDone: (session: Session) => {
      welcome(client, session)
      onDone()
    },
  })
}
