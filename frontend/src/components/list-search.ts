// A list's address holds its filters and its order, so that Back, a bookmark and a reload keep them.
import { useNavigate } from '@tanstack/react-router'
import type { Sort } from './ui/DataTable'

interface Ordered {
  sort?: string | undefined
  order?: 'asc' | 'desc' | undefined
}

/** What is no filter: it decides how a list is shown, and what is open beside it. */
const VIEW = ['sort', 'order', 'view', 'user', 'bulk']

/**
 * Changes what a list's address says. `clear` takes the filters away and keeps the order; it is there
 * only while filters apply.
 */
export function useNarrow<Search extends object>(search: Search) {
  const navigate = useNavigate()
  const narrow = (change: Partial<Search>) =>
    void navigate({
      to: '.',
      search: (before: object) => ({ ...before, ...change }),
      replace: true,
    })
  const filters = Object.keys(search).filter((key) => !VIEW.includes(key))
  const none = Object.fromEntries(filters.map((key) => [key, undefined])) as Partial<Search>
  return { narrow, clear: filters.length > 0 ? () => narrow(none) : undefined }
}

/** The order that an address asks for, or the list's own. */
export function orderOf({ sort, order }: Ordered, fallback: Sort): Sort {
  return { by: sort ?? fallback.by, order: order ?? fallback.order }
}
