import { heatLevel } from './geometry'
import { Tooltip } from './Tooltip'
import { useMarks } from './use-marks'
import { useWidth } from './use-width'

export interface HeatCell {
  value: number
  /** In words: "12 plays, 5 h". */
  words: string
}

interface HeatmapProps {
  /** What it shows. */
  label: string
  rows: { short: string; label: string }[]
  columns: { tick: string | null; label: string }[]
  /** Row after row. */
  cells: HeatCell[]
}

// From nothing to the most there is.
const LEVELS = [
  'fill-sunken',
  'fill-viz-1/25',
  'fill-viz-1/45',
  'fill-viz-1/65',
  'fill-viz-1/85',
  'fill-viz-1',
]

const AXIS_PX = 34
const BELOW_PX = 20
const ROW_PX = 20
const GAP_PX = 2

/** How much there is at which time of the week: the stronger the colour, the more. */
export function Heatmap({ label, rows, columns, cells }: HeatmapProps) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const { mark, shown } = useMarks(cells.length, columns.length)
  const most = Math.max(...cells.map(({ value }) => value))
  const step = Math.max(width - AXIS_PX, 0) / columns.length
  const height = rows.length * ROW_PX
  const name = (place: number) => {
    const row = rows[Math.floor(place / columns.length)]
    const column = columns[place % columns.length]
    return `${row?.label}, ${column?.label}`
  }
  return (
    <div ref={ref} dir="ltr" className="relative" style={{ minHeight: height + BELOW_PX }}>
      {width > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold the parts of a drawing.
        <svg
          role="group"
          aria-label={label}
          width={width}
          height={height + BELOW_PX}
          className="block overflow-visible"
        >
          <g aria-hidden className="num fill-fg-3 text-2xs">
            {rows.map(({ short }, row) => (
              <text key={short} x={0} y={row * ROW_PX + ROW_PX / 2} dy="0.32em">
                {short}
              </text>
            ))}
            {columns.map(
              ({ tick }, column) =>
                tick && (
                  <text key={tick} x={AXIS_PX + column * step} y={height + 16}>
                    {tick}
                  </text>
                ),
            )}
          </g>
          {cells.map(({ value, words }, place) => (
            <g
              key={name(place)}
              {...mark(place, `${name(place)}: ${words}`)}
              className="outline-offset-0"
            >
              <rect
                x={AXIS_PX + (place % columns.length) * step}
                y={Math.floor(place / columns.length) * ROW_PX}
                width={Math.max(step - GAP_PX, 1)}
                height={ROW_PX - GAP_PX}
                rx={3}
                className={LEVELS[heatLevel(value, most)]}
              />
            </g>
          ))}
        </svg>
      )}
      {shown !== null && (
        <Tooltip
          x={AXIS_PX + ((shown % columns.length) + 0.5) * step}
          y={Math.floor(shown / columns.length) * ROW_PX - 4}
          width={width}
        >
          <p className="font-medium text-fg">{name(shown)}</p>
          <p>{cells[shown]?.words}</p>
        </Tooltip>
      )}
    </div>
  )
}
