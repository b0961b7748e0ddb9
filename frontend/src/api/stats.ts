// The figures of the dashboard; the shell shows the server's state from them.
import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'

export const statsQuery = queryOptions({
  queryKey: ['stats'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/stats', { signal })),
})
