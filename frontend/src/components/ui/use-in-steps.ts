// A page of rows drawn at once would hold everything else up, scrolling above all.
import { useEffect, useMemo, useState } from 'react'

// About a window full at first, then a few with every frame.
const FIRST = 16
const STEP = 2

/** The rows that are drawn so far. Once it is as long as `rows`, it is `rows`. */
export function useInSteps<Row>(rows: Row[]): Row[] {
  const [drawn, setDrawn] = useState(FIRST)
  const { length } = rows
  useEffect(() => {
    if (drawn === length) return
    const frame = requestAnimationFrame(() =>
      setDrawn((before) =>
        before > length ? Math.max(length, FIRST) : Math.min(before + STEP, length),
      ),
    )
    return () => cancelAnimationFrame(frame)
  }, [drawn, length])
  return useMemo(() => (drawn < rows.length ? rows.slice(0, drawn) : rows), [rows, drawn])
}
