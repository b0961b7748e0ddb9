// Comparing the users with Plex: asked for on several pages.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'

/** Has everything read again that a sync may change at once. */
export function useSyncNews() {
  const client = useQueryClient()
  return () =>
    Promise.all(
      ['syncs', 'jobs', 'stats'].map((topic) => client.invalidateQueries({ queryKey: [topic] })),
    )
}

/** Has PUM compare its users with Plex; one that is under way is joined. */
export function useSync() {
  const refresh = useSyncNews()
  return useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/users/sync')),
    onSuccess: refresh,
  })
}
