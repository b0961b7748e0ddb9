import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { m } from '@/paraglide/messages.js'
import { Button } from './ui/Button'
import { type Column, DataTable, type Selection, type Sort } from './ui/DataTable'
import { EmptyState } from './ui/EmptyState'
import { ErrorState } from './ui/ErrorState'
import { LoadMore } from './ui/LoadMore'
import { ListSkeleton } from './ui/Skeleton'
import { useInSteps } from './ui/use-in-steps'

/** The rows that are loaded so far, and how many there are in all. */
export interface Loaded<Row> {
  rows: Row[]
  total: number
  totalIsMinimum: boolean
}

interface KeysetListProps<Row> {
  /** Says what is listed. */
  label: string
  list: UseInfiniteQueryResult<Loaded<Row>>
  /** What to say when it cannot be read. */
  failed: string
  /** What to show while there is nothing to list. */
  empty: ReactNode
  /** Takes every filter away; given only while some apply. */
  onClear?: (() => void) | undefined
  columns: Column<Row>[]
  rowKey: (row: Row) => string
  sort?: Sort
  onSort?: (sort: Sort) => void
  /** One row as a card, for narrow screens. */
  card: (row: Row) => ReactNode
  /** Cards on wide screens too. */
  cards?: boolean
  selection?: Selection<Row> | undefined
  /** Fetches the next page before it is asked for, up to a thousand rows or so. */
  eager?: boolean
}

// Whoever has come this far looks for somebody: the search is quicker than more rows.
const MANY = 1000

/** A list that is read page by page, in each of its states. */
export function KeysetList<Row>(props: KeysetListProps<Row>) {
  const { list, failed, empty, onClear } = props
  if (list.isPending) return <ListSkeleton rows={8} />
  if (list.isLoadingError)
    return <ErrorState title={failed} error={list.error} onRetry={() => void list.refetch()} />
  if (list.data.rows.length === 0)
    return onClear ? (
      <EmptyState
        icon={SearchX}
        title={m.list_nothing_matches()}
        action={<Button onClick={onClear}>{m.list_clear_filters()}</Button>}
      />
    ) : (
      empty
    )
  return <Filled {...props} data={list.data} />
}

function Filled<Row>({ data, ...props }: KeysetListProps<Row> & { data: Loaded<Row> }) {
  const { list, failed: _failed, empty: _empty, onClear, eager, ...table } = props
  const rows = useInSteps(data.rows)
  return (
    <>
      <DataTable
        {...table}
        rows={rows}
        coming={data.rows.length - rows.length}
        refreshing={list.isPlaceholderData}
      />
      {/* The head says how many there are while no filter applies. */}
      {(list.hasNextPage || onClear) && (
        <LoadMore
          shown={rows.length}
          total={data.total}
          totalIsMinimum={data.totalIsMinimum}
          hasMore={list.hasNextPage}
          eager={eager && rows.length < MANY}
          loading={list.isFetchingNextPage || rows !== data.rows}
          error={list.isFetchNextPageError ? list.error : null}
          onMore={() => void list.fetchNextPage()}
        />
      )}
    </>
  )
}
