// Many people at once, on the users page: ticks, the bar, the dialog, and how it goes.
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useCan } from '@/api/session'
import type { Loaded } from '@/components/KeysetList'
import type { Whom } from '../bulk-queries'
import { asked, type User } from '../queries'
import type { UsersSearch } from '../routes'
import { BulkBar } from './BulkBar'
import type { Task } from './bulk-tasks'
import { useTicked } from './ticked'

const BulkDialog = lazy(() => import('./BulkDialog'))
const BulkProgress = lazy(() => import('./BulkProgress'))

const NOTHING: Loaded<User> = { rows: [], total: 0, totalIsMinimum: false }

interface Asking {
  task: Task
  whom: Whom
  count: number
}

/** `selection` goes to the list, `layers` over it. Without the permission there is neither. */
export function useBulk(search: UsersSearch, list: Loaded<User> = NOTHING) {
  const can = useCan()
  const navigate = useNavigate()
  const { sort: _sort, order: _order, ...filter } = asked(search)
  const ticked = useTicked(filter, list.rows, list.total)
  const [asking, setAsking] = useState<Asking | null>(null)
  const watch = (bulk: string | undefined) =>
    void navigate({
      to: '.',
      search: (before: object) => ({ ...before, bulk }),
      replace: true,
      resetScroll: false,
    })
  if (!can('users.bulk')) return { selection: undefined, layers: null }
  const layers = (
    <>
      {ticked.count > 0 && (
        <BulkBar
          count={ticked.count}
          total={ticked.offersEverybody ? list.total : null}
          onEverybody={ticked.chooseEverybody}
          onTask={(task) => setAsking({ task, whom: ticked.whom(), count: ticked.count })}
          onClear={ticked.clear}
        />
      )}
      {asking && (
        <Suspense>
          <BulkDialog
            {...asking}
            onClose={() => setAsking(null)}
            onStarted={(id) => {
              setAsking(null)
              ticked.clear()
              watch(id)
            }}
          />
        </Suspense>
      )}
      {search.bulk && (
        <Suspense>
          <BulkProgress id={search.bulk} onClose={() => watch(undefined)} />
        </Suspense>
      )}
    </>
  )
  return { selection: ticked.selection, layers }
}
