import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError, hasStatus } from '@/api/problem'

const TRIES = 2

/** Caches what the server said. `onSignedOut` is called when it stops knowing us. */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  function onError(error: Error) {
    if (!hasStatus(error, 401) || !client.getQueryData(['session'])) return
    client.removeQueries({ queryKey: ['session'] })
    onSignedOut()
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
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
