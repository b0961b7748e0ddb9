// Keyset lists: pages follow one another by cursor.
import type { InfiniteData } from '@tanstack/react-query'

export const PAGE_SIZE = 50

interface Page<Row> {
  items: Row[]
  next_cursor?: string | null
  total: number
  total_is_minimum: boolean
}

/** What every infinite query of such a list has in common. */
export const byCursor = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last: { next_cursor?: string | null }) => last.next_cursor ?? undefined,
}

/** The rows of all pages that are loaded, and how many there are in all. */
export function allRows<Row>({ pages }: InfiniteData<Page<Row>, unknown>) {
  const last = pages[pages.length - 1]
  const totalIsMinimum = last?.total_is_minimum ?? false
  return {
    rows: pages.flatMap((page) => page.items),
    // Counting stops at the first beyond a round number: there are more than that many.
    total: (last?.total ?? 0) - (totalIsMinimum ? 1 : 0),
    totalIsMinimum,
  }
}
