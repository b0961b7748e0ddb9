// Where the parts of a chart go, in pixels; the components draw what is worked out here.
import { scaleBand, scaleLinear } from 'd3-scale'
import { stack } from 'd3-shape'

/** One colour of a chart and what it stands for. At most five, told apart by their order. */
export interface Series {
  id: string
  label: string
}

/** One place on the x axis. */
export interface Bar {
  id: string
  /** In full, for the tooltip: "Saturday 14 November". */
  label: string
  /** As short as the axis wants it: "14 Nov". */
  tick: string
  /** One number for each series, in its order. */
  values: number[]
}

export interface Part {
  /** Which series. */
  series: number
  y: number
  height: number
}

interface PlacedBar {
  x: number
  width: number
  parts: Part[]
}

interface Plot {
  bars: PlacedBar[]
  /** From one bar to the next. */
  step: number
  /** The lines of the grid: the number, and where it lies. */
  grid: { value: number; y: number }[]
  /** The bars that have room for their words below them. */
  ticks: number[]
}

// Between the parts of one bar, and the least that a part shows of itself.
const GAP_PX = 1.5
const LEAST_PX = 1
const GRID_LINES = 4
// What the words of a bar need below the axis.
const TICK_PX = 60

const sum = (values: number[]) => values.reduce((all, value) => all + value, 0)

/** Stacked bars on a plot of this size. */
export function barPlot(bars: Bar[], series: number, width: number, height: number): Plot {
  const highest = Math.max(1, ...bars.map(({ values }) => sum(values)))
  const y = scaleLinear([0, highest], [height, 0]).nice(GRID_LINES)
  const x = scaleBand<number>()
    .domain(bars.map((_, place) => place))
    .range([0, width])
    .paddingInner(0.28)
    .paddingOuter(0.14)
  const layers = stack<Bar, number>()
    .keys(Array.from({ length: series }, (_, index) => index))
    .value((bar, index) => bar.values[index] ?? 0)(bars)
  return {
    bars: bars.map((_, place) => ({
      x: x(place) ?? 0,
      width: x.bandwidth(),
      parts: layers.flatMap((layer, index) => {
        const [from, to] = layer[place] ?? [0, 0]
        if (to <= from) return []
        const top = y(to)
        // The lowest part stands on the axis, the others leave a gap below them.
        const gap = from > 0 ? GAP_PX : 0
        return { series: index, y: top, height: Math.max(LEAST_PX, y(from) - top - gap) }
      }),
    })),
    step: x.step(),
    grid: y
      .ticks(GRID_LINES)
      .filter(Number.isInteger)
      .map((value) => ({ value, y: y(value) })),
    ticks: everyNth(bars.length, x.step()),
  }
}

/** The places whose words fit beside each other. */
function everyNth(count: number, step: number): number[] {
  const nth = Math.max(1, Math.ceil(TICK_PX / Math.max(step, 1)))
  const places = Array.from({ length: Math.ceil(count / nth) }, (_, index) => index * nth)
  // Words at the very end would be cut off.
  return places.filter((place) => place === 0 || (count - place - 0.5) * step >= TICK_PX / 2)
}

/** How strongly a cell is coloured: 0 for nothing, then five steps up to the most there is. */
export function heatLevel(value: number, most: number): number {
  return value <= 0 || most <= 0 ? 0 : Math.max(1, Math.ceil((value / most) * 5))
}

/** A share of the most, in per cent of the width; something is never drawn as nothing. */
export function shareOf(value: number, most: number): number {
  return value <= 0 || most <= 0 ? 0 : Math.max(1, (value / most) * 100)
}

/** Where a key leads in marks that stand in rows; undefined for a key that leads nowhere. */
export function moveTo(
  key: string,
  from: number,
  count: number,
  perRow: number,
): number | undefined {
  const within = (to: number) => (to >= 0 && to < count ? to : from)
  const row = from - (from % perRow)
  switch (key) {
    case 'ArrowLeft':
      return from > row ? from - 1 : from
    case 'ArrowRight':
      return from < Math.min(row + perRow, count) - 1 ? from + 1 : from
    case 'ArrowUp':
      return perRow < count ? within(from - perRow) : undefined
    case 'ArrowDown':
      return perRow < count ? within(from + perRow) : undefined
    case 'Home':
      return row
    case 'End':
      return Math.min(row + perRow, count) - 1
    default:
      return undefined
  }
}
