// Where a stream is by now. The server says where it was when it last looked; meanwhile it goes on.

// How long before the answer the server may have looked. A clock that differs from the server's moves
// the position by no more than that.
const LOOK_MS = 90_000

interface Moving {
  state: string
  seen_at: string
  position_seconds?: number | null
  duration_seconds?: number | null
}

/** In seconds; null while nothing is known. `fetchedAt` is when this page was told. */
export function positionNow(stream: Moving, fetchedAt: number, now: number): number | null {
  const { state, seen_at, position_seconds: position, duration_seconds: duration } = stream
  if (position == null) return null
  const most = duration ?? Number.POSITIVE_INFINITY
  if (state !== 'playing') return Math.min(position, most)
  const longest = Math.max(now - fetchedAt, 0) + LOOK_MS
  const passed = Math.min(Math.max(now - Date.parse(seen_at), 0), longest)
  return Math.min(position + passed / 1000, most)
}
