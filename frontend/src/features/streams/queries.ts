import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { streamsQuery } from '@/api/streams'

export type Place = Schema<'StreamPlace'>

const DAY_MS = 86_400_000

/** Where the address of a stream is, as Plex knows it. A stream may go on from another address. */
export const placeQuery = (id: string, address: string) =>
  queryOptions({
    queryKey: ['streams', 'place', id, address],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/streams/{id}/place', { params: { path: { id } }, signal })),
    staleTime: DAY_MS,
    // Whoever wants to know tries again by hand.
    retry: false,
  })

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
