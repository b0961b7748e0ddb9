import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { allRows, byCursor, PAGE_SIZE } from '@/api/paging'
import type { UsersSearch } from './routes'

export type User = Schema<'User'>

export const usersQuery = (search: UsersSearch) =>
  infiniteQueryOptions({
    queryKey: ['users', 'list', search],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/users', {
          params: { query: { ...search, limit: PAGE_SIZE, cursor: pageParam } },
          signal,
        }),
      ),
    ...byCursor,
    select: allRows,
    placeholderData: keepPreviousData,
  })
