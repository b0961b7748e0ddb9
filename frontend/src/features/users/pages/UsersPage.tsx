import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Users } from 'lucide-react'
import { KeysetList } from '@/components/KeysetList'
import { orderOf, useNarrow } from '@/components/list-search'
import { reasonText } from '@/components/reason-words'
import { Avatar } from '@/components/ui/Avatar'
import { Chip, type Tone } from '@/components/ui/Chip'
import type { Column } from '@/components/ui/DataTable'
import { EmptyState } from '@/components/ui/EmptyState'
import { AppliedFilter, FacetFilter, FilterBar, SearchFilter } from '@/components/ui/FilterBar'
import { PageHead } from '@/components/ui/PageHead'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { m } from '@/paraglide/messages.js'
import { type User, usersQuery } from '../queries'
import { USER_SORTS, USER_STATES } from '../routes'

const STATES: Record<User['state'], { label: () => string; tone: Tone }> = {
  active: { label: m.user_state_active, tone: 'ok' },
  pending: { label: m.user_state_pending, tone: 'info' },
  suspended: { label: m.user_state_suspended, tone: 'bad' },
  removed: { label: m.user_state_removed, tone: 'mute' },
}

/** Everybody with access to the server, or invited to it. */
export default function UsersPage() {
  const search = useSearch({ from: '/shell/users' })
  const { narrow, clear } = useNarrow(search)
  const list = useInfiniteQuery(usersQuery(search))
  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={m.nav_users()}
        status={list.data && !clear && m.users_status_line({ count: list.data.total })}
      />
      <FilterBar>
        <SearchFilter
          label={m.users_search()}
          value={search.q ?? ''}
          onChange={(q) => narrow({ q: q || undefined })}
        />
        <FacetFilter
          label={m.list_status()}
          value={search.state}
          onChange={(state) => narrow({ state })}
          options={USER_STATES.map((value) => ({ value, label: STATES[value].label() }))}
        />
        {search.state && (
          <AppliedFilter
            label={`${m.list_status()}: ${STATES[search.state].label()}`}
            onRemove={() => narrow({ state: undefined })}
          />
        )}
      </FilterBar>
      <KeysetList
        label={m.nav_users()}
        list={list}
        failed={m.users_failed()}
        empty={
          <EmptyState icon={Users} title={m.users_empty()}>
            {m.users_empty_text()}
          </EmptyState>
        }
        onClear={clear}
        columns={columns()}
        rowKey={(user) => user.id}
        sort={orderOf(search, { by: 'username', order: 'asc' })}
        onSort={({ by, order }) => narrow({ sort: USER_SORTS.find((sort) => sort === by), order })}
        card={(user) => <UserCard user={user} />}
      />
    </div>
  )
}

function Person({ user }: { user: User }) {
  return (
    <div className="flex min-w-0 items-center gap-3">
      <Avatar name={user.username} src={user.thumb} />
      <div className="min-w-0">
        <p className="flex items-center gap-2 font-medium text-fg">
          <bdi className="truncate">{user.username}</bdi>
          {user.home && <Chip>{m.user_home()}</Chip>}
        </p>
        {user.email && <p className="truncate text-xs text-fg-3">{user.email}</p>}
      </div>
    </div>
  )
}

function State({ user }: { user: User }) {
  const { label, tone } = STATES[user.state]
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <Chip tone={tone} dot>
        {label()}
      </Chip>
      {user.pending_change && <PendingChange change={user.pending_change} />}
    </span>
  )
}

function PendingChange({ change }: { change: NonNullable<User['pending_change']> }) {
  const failed = change.state === 'failed'
  return (
    <span title={reasonText(change.reason)}>
      <Chip tone={failed ? 'bad' : 'info'}>
        {failed ? m.users_change_failed() : m.users_change_pending()}
      </Chip>
    </span>
  )
}

function librariesWords({ libraries }: User): string {
  if (!libraries) return '–'
  return libraries.mode === 'all'
    ? m.invite_libraries_all()
    : m.invite_libraries_some({ count: libraries.ids.length })
}

function columns(): Column<User>[] {
  return [
    {
      id: 'username',
      header: m.users_col_person(),
      sortable: true,
      cell: (user) => <Person user={user} />,
    },
    { id: 'state', header: m.list_status(), cell: (user) => <State user={user} /> },
    { id: 'libraries', header: m.users_col_libraries(), cell: librariesWords },
    {
      id: 'expires',
      header: m.users_col_expires(),
      cell: (user) =>
        user.access_expires_at ? <RelativeTime value={user.access_expires_at} /> : m.invite_never(),
    },
    {
      id: 'joined',
      header: m.users_col_joined(),
      sortable: true,
      cell: (user) => (user.joined_at ? <RelativeTime value={user.joined_at} /> : '–'),
    },
  ]
}

function UserCard({ user }: { user: User }) {
  return (
    <div className="flex flex-col gap-2">
      <Person user={user} />
      <div className="flex flex-wrap items-center gap-2 text-sm text-fg-2">
        <State user={user} />
        {librariesWords(user)}
      </div>
    </div>
  )
}
