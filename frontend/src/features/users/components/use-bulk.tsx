// Many people at once, on the users page: ticks, the bar, the dialog, and how it goes.
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useCan } from '@/api/session'
import type { Loaded } from '@/components/KeysetList'
import { keep, kept } from '@/lib/kept'
import { bulkQuery, type Whom } from '../bulk-queries'
import { asked, type User } from '../queries'
import type { UsersSearch } from '../routes'
import { BulkBar } from './BulkBar'
import { BulkNotice } from './BulkNotice'
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

// The latest bulk that was begun in this browser, until it has been seen to be over.
const LATEST_KEY = 'pum.users.bulk'

/**
 * `selection` goes to the list, `notice` above and `layers` over it. Without the permission there is none of
 * them.
 */
export function useBulk(search: UsersSearch, list: Loaded<User> = NOTHING) {
  const can = useCan()
  const navigate = useNavigate()
  const { sort: _sort, order: _order, ...filter } = asked(search)
  const ticked = useTicked(filter, list.rows, list.total)
  const [asking, setAsking] = useState<Asking | null>(null)
  const client = useQueryClient()
  const [latest, setLatest] = useState(() => kept(LATEST_KEY) || null)
  const remember = (id: string | null) => {
    keep(LATEST_KEY, id ?? '')
    setLatest(id)
  }
  const watch = (bulk: string | undefined) =>
    void navigate({
      to: '.',
      search: (before: object) => ({ ...before, bulk }),
      replace: true,
      resetScroll: false,
    })
  if (!can('users.bulk')) return { selection: undefined, notice: null, layers: null }
  const close = () => {
    const { bulk } = search
    const seen = bulk && client.getQueryState(bulkQuery(bulk).queryKey)
    const over = seen && (seen.data ? seen.data.state !== 'running' : seen.status === 'error')
    if (over && bulk === latest) remember(null)
    watch(undefined)
  }
  const notice = latest && !search.bulk && <BulkNotice id={latest} onShow={() => watch(latest)} />
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
            onBegun={remember}
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
          <BulkProgress id={search.bulk} onClose={close} />
        </Suspense>
      )}
    </>
  )
  return { selection: ticked.selection, notice, layers }
}
