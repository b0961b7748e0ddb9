import { clsx } from 'clsx'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type CSSProperties, memo, type ReactNode } from 'react'
import { useMedia } from './use-media'
import { useVirtualRows } from './use-virtual-rows'

export interface Column<T> {
  id: string
  header: ReactNode
  cell: (row: T) => ReactNode
  /** Numbers stand at the end of their column. */
  align?: 'start' | 'end'
  sortable?: boolean
  /** Hides the words of the heading, as over a column of menus. */
  quiet?: boolean
  /** In pixels. Once a column has one, the table's widths are fixed, and the others share the rest. */
  width?: number
  className?: string
}

export interface Sort {
  by: string
  order: 'asc' | 'desc'
}

/** Ticking rows to do something with all of them. */
export interface Selection<T> {
  has: (row: T) => boolean
  toggle: (row: T) => void
  /** Names the row's tick: "Select Priya". */
  label: (row: T) => string
  /** Whether a row can be ticked; every one can unless said. */
  may?: (row: T) => boolean
  /** All rows that are loaded. */
  all: 'none' | 'some' | 'all'
  toggleAll: () => void
  allLabel: string
  /** Cards leave their lower end corner free for the tick. Otherwise it stands beside them. */
  corner?: boolean
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
  /** Cards on wide screens too. */
  cards?: boolean | undefined
  selection?: Selection<T> | undefined
  /** Older rows stay while newer ones are fetched. */
  refreshing?: boolean
  /**
   * Rows that are about to be drawn. There is room for them already: whenever a page grows, everything near its
   * end is painted again.
   */
  coming?: number
}

const ROW_PX = 55
const CARD_PX = 124
const CARD_GAP_PX = 8
const TICK_PX = 48
// What a column without a width of its own needs at least.
const REST_PX = 240

/** Rows of one kind: a table where there is room, cards where there is not. */
export function DataTable<T>(props: DataTableProps<T>) {
  const wide = useMedia('(min-width: 48rem)')
  if (!wide || props.cards) return <Cards {...props} />
  const fixed = props.columns.some(({ width }) => width !== undefined)
  return fixed ? <FixedTable {...props} /> : <FlowingTable {...props} />
}

/** Columns as wide as what is in them: so all rows hang together, and only those near the window are drawn. */
function FlowingTable<T>(props: DataTableProps<T>) {
  const { columns, rows, rowKey, selection } = props
  const { container, places, before, after, measure } = useVirtualRows<HTMLTableSectionElement>(
    rows.length,
    ROW_PX,
  )
  const span = columns.length + (selection ? 1 : 0)
  return (
    <Frame {...props} rowCount={measure && rows.length + 1}>
      <tbody ref={container}>
        <Gap span={span} height={before} />
        {places.map((place) => {
          const row = rows[place]
          if (row === undefined) return null
          return (
            <Row
              key={rowKey(row)}
              row={row}
              place={place}
              columns={columns}
              measure={measure}
              {...picked(row, selection)}
            />
          )
        })}
        <Gap span={span} height={after} />
      </tbody>
    </Frame>
  )
}

/**
 * Columns of given widths: each row stands for itself (`.grid-table` in app.css), so that all of them can stay
 * drawn, and scrolling takes no work of ours at all.
 */
function FixedTable<T>(props: DataTableProps<T>) {
  const { columns, rows, rowKey, selection, coming = 0 } = props
  const tick = selection ? TICK_PX : 0
  const style = {
    paddingBlockEnd: coming * ROW_PX,
    minWidth: columns.reduce((sum, { width = REST_PX }) => sum + width, tick),
    '--columns': [
      ...(selection ? [`${TICK_PX}px`] : []),
      ...columns.map(({ width }) => (width ? `${width}px` : `minmax(${REST_PX}px, 1fr)`)),
    ].join(' '),
  }
  return (
    <Frame {...props} className="grid-table" style={style}>
      {blocks(rows).map((block, number) => (
        <Block
          // biome-ignore lint/suspicious/noArrayIndexKey: the fourth row is in the first block, whoever it is.
          key={number}
          rows={block}
          first={number * BLOCK}
          rowKey={rowKey}
          columns={columns}
          selection={selection}
        />
      ))}
    </Frame>
  )
}

// So many rows come near the window together: more of them, and a slow machine stumbles over their first drawing;
// fewer, and all blocks together cost more.
const BLOCK = 4

function blocks<T>(rows: T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / BLOCK) }, (_, number) =>
    rows.slice(number * BLOCK, (number + 1) * BLOCK),
  )
}

/** About so high, until it has come near the window (`.grid-table` in app.css). */
function roomFor(px: number): CSSProperties {
  return { '--room': `${px}px` } as CSSProperties
}

interface BlockProps<T> extends Pick<DataTableProps<T>, 'columns' | 'rowKey' | 'selection'> {
  rows: T[]
  /** The place of its first row. */
  first: number
}

function PlainBlock<T>({ rows, first, rowKey, columns, selection }: BlockProps<T>) {
  return (
    <tbody {...ROLES.group} style={roomFor(rows.length * ROW_PX)}>
      {rows.map((row, place) => (
        <Row
          key={rowKey(row)}
          row={row}
          place={first + place}
          columns={columns}
          measure={undefined}
          {...picked(row, selection)}
        />
      ))}
    </tbody>
  )
}

/** Whether nothing that a block shows has changed: hundreds of rows above the new ones are not looked at. */
function sameBlock<T>(before: BlockProps<T>, after: BlockProps<T>): boolean {
  const { selection: one } = before
  const { selection: other } = after
  return (
    before.columns === after.columns &&
    before.rows.length === after.rows.length &&
    one?.toggle === other?.toggle &&
    before.rows.every((row, place) => {
      const now = after.rows[place]
      return row === now && one?.has(row) === other?.has(row)
    })
  )
}

const Block = memo(PlainBlock, sameBlock) as typeof PlainBlock

// Browsers forget what a table's parts are once they are laid out as a grid.
const ROLES = {
  table: { role: 'table' },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  head: { role: 'columnheader' },
  cell: { role: 'cell' },
}

interface FrameProps<T> extends DataTableProps<T> {
  /** Where not all rows are drawn. */
  rowCount?: number | undefined
  className?: string
  style?: CSSProperties
  children: ReactNode
}

/** The card around a table, and its head. */
function Frame<T>(props: FrameProps<T>) {
  const { label, columns, sort, onSort, selection, refreshing } = props
  return (
    <section
      aria-label={label}
      // Wide tables scroll inside their card, and by keyboard too.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable.
      tabIndex={0}
      className="relative overflow-x-auto rounded-card border border-line bg-surface shadow-1"
    >
      {refreshing && <div aria-hidden className="refresh-bar" />}
      <table
        {...ROLES.table}
        aria-label={label}
        aria-rowcount={props.rowCount}
        className={clsx('w-full border-collapse text-start', props.className ?? 'flow-table')}
        style={props.style}
      >
        <thead {...ROLES.group} className="sticky top-0 bg-sunken">
          <tr {...ROLES.row} className="border-b border-line">
            {selection && (
              <th {...ROLES.head} scope="col" className="w-12 ps-4 text-start">
                <Tick
                  label={selection.allLabel}
                  checked={selection.all === 'all'}
                  partly={selection.all === 'some'}
                  onToggle={selection.toggleAll}
                />
              </th>
            )}
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        {props.children}
      </table>
    </section>
  )
}

/** What one row has to know of the selection: the rest of it changes with every tick. */
interface Picked<T> {
  selected: boolean
  onToggle: ((row: T) => void) | undefined
  tickLabel: string | undefined
  corner: boolean | undefined
}

function picked<T>(row: T, selection: Selection<T> | undefined): Picked<T> {
  return {
    selected: selection?.has(row) ?? false,
    onToggle: selection?.toggle,
    tickLabel: selection?.may?.(row) === false ? undefined : selection?.label(row),
    corner: selection?.corner,
  }
}

/** Stands for the rows that are not drawn. */
function Gap({ span, height }: { span: number; height: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden>
      <td colSpan={span} style={{ height, padding: 0 }} />
    </tr>
  )
}

interface RowProps<T> extends Picked<T> {
  row: T
  place: number
  columns: Column<T>[]
  measure: ((row: Element | null) => void) | undefined
}

function PlainRow<T>({ row, place, columns, measure, selected, onToggle, tickLabel }: RowProps<T>) {
  return (
    <tr
      {...ROLES.row}
      ref={measure}
      data-index={place}
      aria-rowindex={measure && place + 2}
      className={clsx(
        // Over each but the first: what is last changes with every page, and would be looked at anew.
        'border-t border-line in-[tbody:first-of-type]:first:border-t-0',
        selected ? 'bg-brand-soft/45 shadow-[inset_3px_0_0_var(--brand)]' : 'hover:bg-sunken/50',
      )}
    >
      {onToggle && (
        <td {...ROLES.cell} className="ps-4">
          {tickLabel !== undefined && (
            <Tick label={tickLabel} checked={selected} onToggle={() => onToggle(row)} />
          )}
        </td>
      )}
      {columns.map((column) => (
        <td
          key={column.id}
          {...ROLES.cell}
          className={clsx(
            'px-4 py-2 text-sm text-fg-2',
            column.align === 'end' && 'num text-end',
            column.className,
          )}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}

// A tick, a new page or a scroll draws only the rows that it concerns.
const Row = memo(PlainRow) as typeof PlainRow

const LANES = { 1: 'grid-cols-1', 2: 'grid-cols-2', 3: 'grid-cols-3' }

function Cards<T>(props: DataTableProps<T>) {
  const { label, rows, rowKey, card, cards, selection, refreshing, coming = 0 } = props
  const three = useMedia('(min-width: 80rem)') && cards
  const two = useMedia('(min-width: 48rem)') && cards
  const lanes = three ? 3 : two ? 2 : 1
  return (
    <ul
      aria-label={label}
      aria-busy={refreshing || undefined}
      className={clsx('grid gap-2', LANES[lanes])}
      style={{ paddingBlockEnd: Math.floor(coming / lanes) * (CARD_PX + CARD_GAP_PX) }}
    >
      {rows.map((row) => (
        <CardRow key={rowKey(row)} row={row} card={card} {...picked(row, selection)} />
      ))}
    </ul>
  )
}

function PlainCardRow<T>({
  row,
  card,
  selected,
  onToggle,
  tickLabel,
  corner,
}: Picked<T> & { row: T; card: (row: T) => ReactNode }) {
  const tick = onToggle && tickLabel !== undefined && (
    <Tick label={tickLabel} checked={selected} onToggle={() => onToggle(row)} />
  )
  return (
    <li
      className={clsx(
        'relative min-w-0 rounded-card border p-4 shadow-1',
        selected ? 'border-brand bg-brand-soft/45' : 'border-line bg-surface',
      )}
    >
      {tick && corner ? (
        <>
          {card(row)}
          <span className="absolute inset-e-4 bottom-4 inline-flex w-9 justify-center touch:w-11">
            {tick}
          </span>
        </>
      ) : tick ? (
        <div className="flex items-center gap-3">
          <div className="min-w-0 flex-1">{card(row)}</div>
          {tick}
        </div>
      ) : (
        card(row)
      )}
    </li>
  )
}

const CardRow = memo(PlainCardRow) as typeof PlainCardRow

interface TickProps {
  label: string
  checked: boolean
  /** Some of what it stands for. */
  partly?: boolean
  onToggle: () => void
}

function Tick({ label, checked, partly = false, onToggle }: TickProps) {
  return (
    <span className="inline-flex size-6 items-center justify-center touch:size-11">
      <input
        type="checkbox"
        aria-label={label}
        checked={checked}
        ref={(input) => {
          if (input) input.indeterminate = partly
        }}
        onChange={onToggle}
        className="tick cursor-pointer rounded-small"
      />
    </span>
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
    'px-4 text-xs font-medium whitespace-nowrap text-fg-2',
    column.align === 'end' ? 'text-end' : 'text-start',
    column.className,
  )
  if (!column.sortable || !onSort)
    return (
      <th {...ROLES.head} scope="col" className={className}>
        {column.quiet ? <span className="sr-only">{column.header}</span> : column.header}
      </th>
    )
  const Arrow = current === 'desc' ? ArrowDown : ArrowUp
  return (
    <th
      {...ROLES.head}
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
