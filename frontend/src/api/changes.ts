// Access changes: what failed can be tried again, from wherever it shows.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'

/** Has a failed access change tried again. */
export function useRetryChange() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.POST('/api/v1/changes/{id}/retry', { params: { path: { id } } })),
    // Not waited for: the button goes with what it was about, and whoever pressed it is to hear of it before.
    onSuccess: () =>
      void Promise.all(
        ['invites', 'users', 'stats'].map((topic) =>
          client.invalidateQueries({ queryKey: [topic] }),
        ),
      ),
  })
}
