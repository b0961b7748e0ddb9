// Ticking rows of a list by their id.
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Selection } from './ui/DataTable'

const NONE: ReadonlySet<string> = new Set()

interface TicksProps<Row> {
  rows: Row[]
  idOf: (row: Row) => string
  /** Names one row's tick, and the tick of all that are loaded. */
  label: (row: Row) => string
  allLabel: string
  /** Another list begins without ticks. */
  listKey: string
  /** Which rows can be ticked; all unless said. */
  may?: (row: Row) => boolean
}

/** Which of the rows are ticked. Hand `idOf` and `label` over from outside of the component. */
export function useTicks<Row>({ rows, idOf, label, allLabel, listKey, may }: TicksProps<Row>) {
  const [ids, setIds] = useState(NONE)
  const clear = useCallback(() => setIds(NONE), [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list is another choice.
  useEffect(clear, [listKey])

  const toggle = useCallback(
    (row: Row) =>
      setIds((before) => {
        const next = new Set(before)
        const id = idOf(row)
        if (!next.delete(id)) next.add(id)
        return next
      }),
    [idOf],
  )
  // A row that is gone from the list is no longer chosen.
  const free = useMemo(() => (may ? rows.filter(may) : rows).map(idOf), [rows, may, idOf])
  const chosen = useMemo(() => free.filter((id) => ids.has(id)), [free, ids])
  const all = chosen.length === 0 ? 'none' : chosen.length === free.length ? 'all' : 'some'
  const selection: Selection<Row> = {
    has: (row) => ids.has(idOf(row)),
    toggle,
    label,
    all,
    toggleAll: () => setIds(all === 'all' ? NONE : new Set(free)),
    allLabel,
    ...(may && { may }),
  }
  return { selection, chosen, clear }
}
