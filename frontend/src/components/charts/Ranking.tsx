import type { ReactNode } from 'react'
import { shareOf } from './geometry'

interface RankingProps {
  /** What it shows. */
  label: string
  items: {
    id: string
    picture?: ReactNode
    name: ReactNode
    value: number
    /** The value in words. */
    words: string
  }[]
}

/** Who or what comes first, second, third. */
export function Ranking({ label, items }: RankingProps) {
  const most = Math.max(...items.map(({ value }) => value))
  return (
    <ol aria-label={label} className="flex flex-col gap-3">
      {items.map(({ id, picture, name, value, words }) => (
        <li key={id} className="flex items-center gap-3">
          {picture}
          <div className="min-w-0 flex-1">
            <p className="flex items-baseline justify-between gap-3 text-sm">
              <span className="min-w-0 truncate font-medium">{name}</span>
              <span className="num shrink-0 text-fg-2">{words}</span>
            </p>
            <div aria-hidden className="mt-1 h-1.5 overflow-hidden rounded-full bg-sunken">
              <div
                className="h-full rounded-full bg-viz-1"
                style={{ width: `${shareOf(value, most)}%` }}
              />
            </div>
          </div>
        </li>
      ))}
    </ol>
  )
}
