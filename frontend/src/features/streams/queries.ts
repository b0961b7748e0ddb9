import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from '@/api/client'
import { streamsQuery } from '@/api/streams'

/** Has the server asked to stop a stream, with a message for whoever watches. */
export function useStopStream(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (message: string) =>
      unwrap(
        api.POST('/api/v1/streams/{id}/stop', {
          params: { path: { id } },
          body: message ? { message } : {},
        }),
      ),
    onSuccess: (stopped) =>
      client.setQueryData(
        streamsQuery.queryKey,
        (before) =>
          before && {
            ...before,
            items: before.items.map((stream) => (stream.id === id ? stopped : stream)),
          },
      ),
    // Whether it went through or the stream was over: look again.
    onSettled: () => client.invalidateQueries({ queryKey: streamsQuery.queryKey }),
  })
}
