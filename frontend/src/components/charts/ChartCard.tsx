import { clsx } from 'clsx'
import { ChartColumn, Table2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { m } from '@/paraglide/messages.js'
import { CardSection } from '../ui/Card'
import { IconButton } from '../ui/IconButton'
import { DOTS } from './colours'
import type { Series } from './geometry'

export interface ChartTable {
  head: string[]
  /** The first cell of a row names it. */
  rows: { id: string; cells: ReactNode[] }[]
}

interface ChartCardProps {
  title: string
  hint?: ReactNode
  /** What the chart says, in a sentence. */
  summary: string
  series?: Series[]
  /** The same numbers as a table. */
  table: ChartTable
  className?: string
  children: ReactNode
}

/** A chart with all that belongs to it: what it shows, what it says, and the numbers behind it. */
export function ChartCard({
  title,
  hint,
  summary,
  series,
  table,
  className,
  children,
}: ChartCardProps) {
  const [asTable, setAsTable] = useState(false)
  return (
    <CardSection
      title={title}
      hint={hint}
      {...(className && { className })}
      action={
        <IconButton
          icon={asTable ? ChartColumn : Table2}
          label={asTable ? m.ui_as_chart({ title }) : m.ui_as_table({ title })}
          onClick={() => setAsTable(!asTable)}
        />
      }
    >
      <figure className="m-0 flex flex-col gap-3">
        {series && !asTable && <Legend series={series} />}
        {asTable ? <Numbers title={title} table={table} /> : children}
        <figcaption className="text-xs text-fg-3">{summary}</figcaption>
      </figure>
    </CardSection>
  )
}

function Legend({ series }: { series: Series[] }) {
  return (
    <ul className="-mt-1 flex flex-wrap gap-x-4 gap-y-1 text-xs text-fg-2 sm:justify-end">
      {series.map(({ id, label }, index) => (
        <li key={id} className="flex items-center gap-1.5">
          <span aria-hidden className={clsx('size-2.5 rounded-[3px]', DOTS[index])} />
          {label}
        </li>
      ))}
    </ul>
  )
}

function Numbers({ title, table: { head, rows } }: { title: string; table: ChartTable }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: the card around it is the landmark.
    <div
      role="group"
      aria-label={title}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable.
      tabIndex={0}
      className="max-h-72 overflow-auto rounded-tile border border-line"
    >
      <table aria-label={title} className="num w-full border-collapse text-xs">
        <thead className="sticky top-0 bg-sunken">
          <tr>
            {head.map((words, index) => (
              <th
                key={words}
                scope="col"
                className={clsx(
                  'px-3 py-2 font-medium whitespace-nowrap text-fg-2',
                  index === 0 ? 'text-start' : 'text-end',
                )}
              >
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, cells: [name, ...cells] }) => (
            <tr key={id} className="border-t border-line">
              <th scope="row" className="px-3 py-1.5 text-start font-normal break-words">
                {name}
              </th>
              {cells.map((cell, index) => (
                <td
                  key={head[index + 1]}
                  className="px-3 py-1.5 text-end whitespace-nowrap text-fg-2"
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
