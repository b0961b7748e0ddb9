// Where Plex differs from what is wanted for somebody: an admin decides, from wherever it shows.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap } from './client'

/** Accepts what Plex shows, or has what is wanted applied again. */
export function useSettleDrift(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (action: Schema<'DriftDecision'>) =>
      unwrap(api.POST('/api/v1/users/{id}/drift', { params: { path: { id } }, body: { action } })),
    onSuccess: () =>
      Promise.all(
        ['users', 'syncs', 'stats', 'history'].map((topic) =>
          client.invalidateQueries({ queryKey: [topic] }),
        ),
      ),
  })
}
