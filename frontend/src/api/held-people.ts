// Everybody on a list of removals that waits for an admin.
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { api, type Schema, unwrap } from './client'
import { allRows, byCursor } from './paging'
import { useCan } from './session'

// As many as come with the list itself: whoever wants to see the rest wants all of it.
const AT_ONCE = 200

const heldPeopleQuery = (list: string) =>
  infiniteQueryOptions({
    queryKey: ['held-people', list],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/users/held-removals/{id}', {
          params: { path: { id: list }, query: { limit: AT_ONCE, cursor: pageParam } },
          signal,
        }),
      ),
    ...byCursor,
    select: allRows,
    // Such a list never changes: another one has another id.
    staleTime: Number.POSITIVE_INFINITY,
  })

/** The first people of a list at once, the rest on demand. */
export function useHeldPeople({ list_id, total, people }: Schema<'HeldRemovals'>) {
  const linked = useCan()('users.view')
  const enabled = linked && total > people.length
  const rest = useInfiniteQuery({ ...heldPeopleQuery(list_id), enabled })
  return {
    people: rest.data?.rows ?? people,
    total,
    /** Whether this admin may open people, and see all of them. */
    linked,
    hasMore: rest.hasNextPage || rest.isLoadingError,
    loading: rest.isFetching,
    error: rest.error,
    onMore: () => void (rest.data ? rest.fetchNextPage() : rest.refetch()),
  }
}
