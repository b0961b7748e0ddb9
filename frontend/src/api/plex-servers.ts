// Choosing a server from the owner's account: in the wizard, and later in the settings.
import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { usePlexSignIn } from './plex-sign-in'

export const plexServersQuery = queryOptions({
  queryKey: ['plex-servers'],
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/setup/plex/servers', { params: { query: { limit: 200 } }, signal })),
  // It tries every address of every server: not to be repeated without being asked.
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
})

/** The server's owner signs in, so that their servers can be listed. `onDone` hears when they have. */
export function useOwnerSignIn(onDone?: () => void) {
  const client = useQueryClient()
  return usePlexSignIn({
    purpose: 'setup_server',
    start: () => unwrap(api.POST('/api/v1/setup/plex/sign-in')),
    attach: ({ id, code }) =>
      unwrap(api.POST('/api/v1/setup/plex/sign-in/pin', { body: { pin_id: id, code } })),
    complete: () => unwrap(api.POST('/api/v1/setup/plex/sign-in/complete')),
    onDone: () => {
      void client.resetQueries({ queryKey: plexServersQuery.queryKey })
      onDone?.()
    },
  })
}
