import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { ArrowUpDown, LayoutGrid, Rows3, SlidersVertical, Users } from 'lucide-react'
import { lazy, Suspense, useCallback, useMemo, useRef } from 'react'
import { libraryChoicesQuery } from '@/api/library-choices'
import { useCan } from '@/api/session'
import { statsQuery } from '@/api/stats'
import { useSync } from '@/api/syncs'
import { ExportMenu } from '@/components/ExportMenu'
import { KeysetList } from '@/components/KeysetList'
import { orderOf, useNarrow } from '@/components/list-search'
import { SyncButton } from '@/components/SyncButton'
import { EmptyState } from '@/components/ui/EmptyState'
import { IconButton } from '@/components/ui/IconButton'
import { ButtonLink } from '@/components/ui/Link'
import { Menu, MenuCheckGroup, MenuRadioGroup, MenuSeparator } from '@/components/ui/Menu'
import { PageHead } from '@/components/ui/PageHead'
import { SegmentedControl } from '@/components/ui/SegmentedControl'
import { useMedia } from '@/components/ui/use-media'
import { keep, kept } from '@/lib/kept'
import { m } from '@/paraglide/messages.js'
import { columnChoices, useChosenColumns, userColumns } from '../components/columns'
import { UserCard } from '../components/UserCard'
import { UserFilters } from '../components/UserFilters'
import { RowMenu } from '../components/UserMenu'
import { useBulk } from '../components/use-bulk'
import { SORTS } from '../components/words'
import { exportAddress, type User, usersQuery } from '../queries'
import { USER_SORTS, type UsersSearch } from '../routes'

const UserDrawer = lazy(() => import('../components/UserDrawer'))

const VIEW_KEY = 'pum.users.view'
const HOME_ORDER = { by: 'username', order: 'asc' } as const

/** Everybody with access to the server, invited to it, or gone from it. */
export default function UsersPage() {
  const search = useSearch({ from: '/shell/users' })
  const { narrow } = useNarrow(search)
  const can = useCan()
  const { chosen, choose } = useChosenColumns()
  const roomy = useMedia('(min-width: 48rem)')
  const view = search.view ?? (kept(VIEW_KEY) === 'cards' ? 'cards' : 'table')

  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={m.nav_users()}
        status={<StatusLine />}
        actions={
          <>
            <ButtonLink to="/users/syncs">{m.syncs_title()}</ButtonLink>
            {can('users.purge') && <ButtonLink to="/users/purge">{m.purge_title()}</ButtonLink>}
            {can('users.export') && (
              <ExportMenu name="users" address={(format) => exportAddress(search, format)} />
            )}
          </>
        }
      />
      <UserFilters search={search} onChange={narrow}>
        {(view === 'cards' || !roomy) && <SortMenu search={search} onChange={narrow} />}
        {view === 'table' && roomy && (
          <Menu trigger={<IconButton icon={SlidersVertical} label={m.users_columns()} />}>
            <MenuCheckGroup
              label={m.users_columns()}
              values={chosen}
              onChange={choose}
              options={columnChoices()}
            />
          </Menu>
        )}
        {roomy && (
          <SegmentedControl
            label={m.users_view()}
            iconOnly
            value={view}
            onChange={(next) => {
              keep(VIEW_KEY, next)
              narrow({ view: next })
            }}
            options={[
              { value: 'table', label: m.users_view_table(), icon: Rows3 },
              { value: 'cards', label: m.users_view_cards(), icon: LayoutGrid },
            ]}
          />
        )}
      </UserFilters>
      <People search={search} chosen={chosen} cards={view === 'cards'} />
    </div>
  )
}

interface PeopleProps {
  search: UsersSearch
  /** The columns of the table. */
  chosen: string[]
  cards: boolean
}

/** The list with what opens over it. Apart from the rest, which stays as it is while more of it comes in. */
function People({ search, chosen, cards }: PeopleProps) {
  const { narrow, clear } = useNarrow(search)
  const list = useInfiniteQuery(usersQuery(search))
  const known = useQuery(libraryChoicesQuery).data?.items
  const { onOpen, drawer } = useDrawer(search.user)
  const bulk = useBulk(search, list.data)
  const can = useCan()
  const sync = useSync()

  const actions = useCallback((user: User) => <RowMenu user={user} />, [])
  const columns = useMemo(
    () => userColumns({ chosen, known, onOpen, actions }),
    [chosen, known, onOpen, actions],
  )
  const card = useCallback(
    (user: User) => <UserCard user={user} known={known} onOpen={onOpen} />,
    [known, onOpen],
  )

  return (
    <>
      {bulk.notice}
      <KeysetList
        label={m.nav_users()}
        list={list}
        failed={m.users_failed()}
        empty={
          <EmptyState
            icon={Users}
            title={m.users_empty()}
            action={can('users.sync') && <SyncButton sync={sync} />}
          >
            {m.users_empty_text()}
          </EmptyState>
        }
        onClear={clear}
        columns={columns}
        rowKey={userId}
        sort={orderOf(search, HOME_ORDER)}
        onSort={({ by, order }) => narrow({ sort: USER_SORTS.find((sort) => sort === by), order })}
        card={card}
        cards={cards}
        selection={bulk.selection}
        eager
      />
      {bulk.layers}
      {drawer}
    </>
  )
}

const userId = (user: User) => user.id

/** The people there are, from the figures that are there anyway. */
function StatusLine() {
  const stats = useQuery(statsQuery).data
  if (!stats) return null
  const { users, pending, expiring } = stats
  return [
    m.users_status_line({ count: users }),
    pending > 0 && m.users_status_pending({ count: pending }),
    expiring.total > 0 && m.users_status_expiring({ count: expiring.total }),
  ]
    .filter(Boolean)
    .join(', ')
}

/** The details beside the list. Back closes them, and so does everything that closes them go back. */
function useDrawer(id: string | undefined) {
  const navigate = useNavigate()
  const router = useRouter()
  const openedHere = useRef(false)
  // While it slides away it still shows whom it was about.
  const last = useRef(id)
  if (id) last.current = id
  const onOpen = useCallback(
    (user: User) => {
      openedHere.current = true
      void navigate({
        to: '.',
        search: (before: object) => ({ ...before, user: user.id }),
        resetScroll: false,
      })
    },
    [navigate],
  )
  const close = () => {
    if (openedHere.current) router.history.back()
    else
      void navigate({
        to: '.',
        search: (before: object) => ({ ...before, user: undefined }),
        replace: true,
        resetScroll: false,
      })
    openedHere.current = false
  }
  const drawer = last.current !== undefined && (
    <Suspense>
      <UserDrawer id={last.current} open={id !== undefined} onClose={close} />
    </Suspense>
  )
  return { onOpen, drawer }
}

interface SortMenuProps {
  search: UsersSearch
  onChange: (change: Partial<UsersSearch>) => void
}

/** The order, where there is no table head to press. */
function SortMenu({ search, onChange }: SortMenuProps) {
  const { by, order } = orderOf(search, HOME_ORDER)
  return (
    <Menu trigger={<IconButton icon={ArrowUpDown} label={m.users_sort()} />}>
      <MenuRadioGroup
        label={m.users_sort()}
        value={by}
        onChange={(next) => onChange({ sort: USER_SORTS.find((sort) => sort === next) })}
        options={USER_SORTS.map((value) => ({ value, label: SORTS[value]() }))}
      />
      <MenuSeparator />
      <MenuRadioGroup
        label={m.users_order()}
        value={order}
        onChange={(next) => onChange({ order: next === 'desc' ? 'desc' : 'asc' })}
        options={[
          { value: 'asc', label: m.users_order_asc() },
          { value: 'desc', label: m.users_order_desc() },
        ]}
      />
    </Menu>
  )
}
