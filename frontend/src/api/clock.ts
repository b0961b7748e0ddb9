// A clock that jumped: nobody loses access by it until an admin has looked.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from './client'

/** Says that the time is right: what waited goes on with its next look. */
export function useConfirmClock() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/settings/clock/confirm')),
    onSuccess: () =>
      Promise.all(
        ['stats', 'syncs', 'history'].map((topic) =>
          client.invalidateQueries({ queryKey: [topic] }),
        ),
      ),
  })
}
