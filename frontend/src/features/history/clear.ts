import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'

/** Clears old events, at once or by a job when there are many. */
export function useClearHistory() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Schema<'ClearHistory'>) =>
      unwrap(api.POST('/api/v1/history/clear', { body })),
    onSuccess: () =>
      Promise.all(
        ['history', 'stats', 'jobs'].map((topic) =>
          client.invalidateQueries({ queryKey: [topic] }),
        ),
      ),
  })
}
