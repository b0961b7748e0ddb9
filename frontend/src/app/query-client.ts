import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError, hasStatus } from '@/api/problem'
import { sessionQuery } from '@/api/session'

const TRIES = 2

/** Caches what the server said. `onSignedOut` is called when it stops knowing us. */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  let ended: unknown
  function onError(error: Error) {
    const session = client.getQueryData(sessionQuery.queryKey)
    // Several requests fail at once; the first one says it all.
    if (!hasStatus(error, 401) || !session || session === ended) return
    ended = session
    // What is on the screen stays until the guards have led away from it.
    void client.invalidateQueries({ queryKey: sessionQuery.queryKey, refetchType: 'none' })
    onSignedOut()
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // Without a network it fails now. It must not wait for one and happen when nobody thinks of it any more.
      mutations: { networkMode: 'always' },
      queries: {
        // Live hints refresh what changed; this covers their gaps.
        staleTime: 30_000,
        // A refusal stays a refusal; only trouble on the way is worth another try.
        retry: (failures, error) => {
          const refused = error instanceof ApiError && error.status >= 400 && error.status < 500
          return !refused && failures < TRIES
        },
      },
    },
  })
  return client
}
