import { clsx } from 'clsx'
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMedia } from './use-media'

export interface Column<T> {
  id: string
  header: ReactNode
  cell: (row: T) => ReactNode
  /** Numbers stand at the end of their column. */
  align?: 'start' | 'end'
  sortable?: boolean
  /** Hides the words of the heading, as over a column of menus. */
  quiet?: boolean
  className?: string
}

export interface Sort {
  by: string
  order: 'asc' | 'desc'
}

interface DataTableProps<T> {
  /** Says what the table lists. */
  label: string
  columns: Column<T>[]
  rows: T[]
  rowKey: (row: T) => string
  sort?: Sort
  onSort?: (sort: Sort) => void
  /** One row as a card, for narrow screens. */
  card: (row: T) => ReactNode
  /** Older rows stay while newer ones are fetched. */
  refreshing?: boolean
}

/** Rows of one kind: a table where there is room, cards where there is not. */
export function DataTable<T>({
  label,
  columns,
  rows,
  rowKey,
  sort,
  onSort,
  card,
  refreshing,
}: DataTableProps<T>) {
  const wide = useMedia('(min-width: 48rem)')
  if (!wide)
    return (
      <ul aria-label={label} aria-busy={refreshing || undefined} className="flex flex-col gap-2">
        {rows.map((row) => (
          <li
            key={rowKey(row)}
            className="relative rounded-card border border-line bg-surface p-4 shadow-1"
          >
            {card(row)}
          </li>
        ))}
      </ul>
    )
  return (
    <section
      aria-label={label}
      // Wide tables scroll inside their card, and by keyboard too.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable.
      tabIndex={0}
      className="relative overflow-x-auto rounded-card border border-line bg-surface shadow-1"
    >
      {refreshing && <div aria-hidden className="refresh-bar" />}
      <table aria-label={label} className="w-full border-collapse text-start">
        <thead className="sticky top-0 bg-sunken">
          <tr className="border-b border-line">
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              className="border-b border-line transition-colors duration-150 last:border-b-0 hover:bg-sunken/50"
            >
              {columns.map((column) => (
                <td
                  key={column.id}
                  className={clsx(
                    'h-13.5 px-4 py-2 text-sm text-fg-2',
                    column.align === 'end' && 'num text-end',
                    column.className,
                  )}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface HeadCellProps<T> {
  column: Column<T>
  sort: Sort | undefined
  onSort: ((sort: Sort) => void) | undefined
}

function HeadCell<T>({ column, sort, onSort }: HeadCellProps<T>) {
  const current = sort?.by === column.id ? sort.order : null
  const className = clsx(
    'h-10 px-4 text-xs font-medium whitespace-nowrap text-fg-2',
    column.align === 'end' ? 'text-end' : 'text-start',
    column.className,
  )
  if (!column.sortable || !onSort)
    return (
      <th scope="col" className={className}>
        {column.quiet ? <span className="sr-only">{column.header}</span> : column.header}
      </th>
    )
  const Arrow = current === 'desc' ? ArrowDown : ArrowUp
  return (
    <th
      scope="col"
      aria-sort={current === null ? 'none' : current === 'asc' ? 'ascending' : 'descending'}
      className={className}
    >
      <button
        type="button"
        onClick={() => onSort({ by: column.id, order: current === 'asc' ? 'desc' : 'asc' })}
        className="inline-flex h-7 items-center gap-1.5 rounded-small hover:text-fg"
      >
        {column.header}
        <Arrow aria-hidden className={clsx('size-3.5', current === null && 'opacity-0')} />
      </button>
    </th>
  )
}
