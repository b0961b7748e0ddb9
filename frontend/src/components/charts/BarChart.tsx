import { clsx } from 'clsx'
import { number } from '@/lib/format'
import { DOTS, FILLS } from './colours'
import { type Bar, barPlot, type Series } from './geometry'
import { Tooltip } from './Tooltip'
import { useMarks } from './use-marks'
import { useWidth } from './use-width'

interface BarChartProps {
  /** What it shows. */
  label: string
  series: Series[]
  bars: Bar[]
  /** Of the plot, in pixels. */
  height?: number
}

const AXIS_PX = 34
const BELOW_PX = 22
const ABOVE_PX = 6

/** Bars in a row, each stacked from the series: how much there was, day by day. */
export function BarChart({ label, series, bars, height = 180 }: BarChartProps) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const { mark, shown } = useMarks(bars.length)
  const inner = Math.max(width - AXIS_PX, 0)
  const plot = barPlot(bars, series.length, inner, height)
  const current = shown === null ? undefined : bars[shown]
  const place = shown === null ? undefined : plot.bars[shown]
  const top = ABOVE_PX + Math.min(height, ...(place?.parts.map(({ y }) => y) ?? []))
  return (
    // Time runs from left to right in every language of ours.
    <div ref={ref} dir="ltr" className="relative" style={{ minHeight: height + BELOW_PX }}>
      {width > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold the parts of a drawing.
        <svg
          role="group"
          aria-label={label}
          width={width}
          height={height + ABOVE_PX + BELOW_PX}
          className="block overflow-visible"
        >
          <g transform={`translate(0 ${ABOVE_PX})`} aria-hidden className="num">
            {plot.grid.map(({ value, y }) => (
              <g key={value}>
                <line
                  x1={AXIS_PX}
                  x2={width}
                  y1={y}
                  y2={y}
                  className="stroke-viz-grid"
                  shapeRendering="crispEdges"
                />
                <text
                  x={AXIS_PX - 10}
                  y={y}
                  dy="0.32em"
                  textAnchor="end"
                  className="fill-fg-3 text-2xs"
                >
                  {number(value)}
                </text>
              </g>
            ))}
            {plot.ticks.map((index) => {
              const at = plot.bars[index]
              return (
                at && (
                  <text
                    key={bars[index]?.id}
                    x={AXIS_PX + at.x + at.width / 2}
                    y={height + 18}
                    textAnchor="middle"
                    className="fill-fg-3 text-2xs"
                  >
                    {bars[index]?.tick}
                  </text>
                )
              )
            })}
          </g>
          <g transform={`translate(${AXIS_PX} ${ABOVE_PX})`}>
            {plot.bars.map(({ x, width: wide, parts }, index) => {
              const bar = bars[index]
              if (!bar) return null
              return (
                <g
                  key={bar.id}
                  {...mark(index, words(bar, series))}
                  className={clsx(
                    'rounded-small outline-offset-0 transition-opacity duration-150',
                    shown !== null && shown !== index && 'opacity-60',
                  )}
                >
                  {/* The whole column can be pointed at, not only what is drawn of it. */}
                  <rect
                    x={x - (plot.step - wide) / 2}
                    y={0}
                    width={plot.step}
                    height={height}
                    className="fill-transparent"
                  />
                  {parts.map((part) => (
                    <rect
                      key={part.series}
                      x={x}
                      y={part.y}
                      width={wide}
                      height={part.height}
                      rx={Math.min(2.5, wide / 4)}
                      className={FILLS[part.series]}
                    />
                  ))}
                </g>
              )
            })}
          </g>
        </svg>
      )}
      {current && place && (
        <Tooltip x={AXIS_PX + place.x + place.width / 2} y={top - 4} width={width}>
          <p className="font-medium text-fg">{current.label}</p>
          <ul>
            {series.map(({ id, label: name }, index) => (
              <li key={id} className="flex items-center gap-2">
                <span aria-hidden className={clsx('size-2 rounded-[2px]', DOTS[index])} />
                <span className="flex-1">{name}</span>
                <span className="ps-3 text-fg">{number(current.values[index] ?? 0)}</span>
              </li>
            ))}
          </ul>
        </Tooltip>
      )}
    </div>
  )
}

const words = (bar: Bar, series: Series[]) =>
  `${bar.label}: ${series
    .map(({ label }, index) => `${label} ${number(bar.values[index] ?? 0)}`)
    .join(', ')}`
