// Which people are ticked: some by id, or everybody who fits the filters.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Selection } from '@/components/ui/DataTable'
import { m } from '@/paraglide/messages.js'
import type { Whom } from '../bulk-queries'
import type { User } from '../queries'
import type { UserFilter } from '../routes'

const NOBODY: ReadonlySet<string> = new Set()

interface Ticked {
  selection: Selection<User>
  /** How many; of everybody as many as the list counts. */
  count: number
  everybody: boolean
  /** Whether some are ticked, and there are more. */
  offersEverybody: boolean
  chooseEverybody: () => void
  clear: () => void
  whom: () => Whom
}

/** `rows` are those that are loaded, `total` how many fit. Other filters begin anew. */
export function useTicked(filter: UserFilter, rows: User[], total: number): Ticked {
  const [ids, setIds] = useState(NOBODY)
  const [everybody, setEverybody] = useState(false)
  const clear = useCallback(() => {
    setIds(NOBODY)
    setEverybody(false)
  }, [])

  const key = JSON.stringify(filter)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter is another list.
  useEffect(clear, [key])

  const loaded = useMemo(() => new Set(rows.map(({ id }) => id)), [rows])
  const ticked = rows.filter(({ id }) => ids.has(id)).length
  const all = everybody || (rows.length > 0 && ticked === rows.length)

  // Always the same function: every row gets it, and would be drawn anew with another one.
  const present = useRef({ everybody, loaded })
  useLayoutEffect(() => {
    present.current = { everybody, loaded }
  })
  const toggle = useCallback(({ id }: User) => {
    const { everybody, loaded } = present.current
    setIds((before) => {
      const next = new Set(everybody ? loaded : before)
      if (!next.delete(id)) next.add(id)
      return next
    })
    setEverybody(false)
  }, [])

  return {
    selection: {
      has: ({ id }) => everybody || ids.has(id),
      toggle,
      label: ({ username }) => m.users_select({ name: username }),
      all: all ? 'all' : ids.size > 0 ? 'some' : 'none',
      toggleAll: () => {
        setEverybody(false)
        setIds(all ? NOBODY : new Set([...ids, ...loaded]))
      },
      allLabel: m.users_select_all(),
      corner: true,
    },
    count: everybody ? total : ids.size,
    everybody,
    offersEverybody: !everybody && ids.size > 0 && total > ids.size,
    chooseEverybody: () => setEverybody(true),
    clear,
    whom: () => (everybody ? { filter } : { ids: [...ids] }),
  }
}
