// The libraries to choose from, for invites and for users.
import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'

/** More than a page of them is not to be expected of a server. */
export const libraryChoicesQuery = queryOptions({
  queryKey: ['libraries', 'choices'],
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/libraries', { params: { query: { limit: 200 } }, signal })),
})
