// The columns of the users table, and which of them this browser shows.
import { useState } from 'react'
import { Chip } from '@/components/ui/Chip'
import type { Column } from '@/components/ui/DataTable'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { duration, number } from '@/lib/format'
import { keep, kept } from '@/lib/kept'
import { m } from '@/paraglide/messages.js'
import type { User } from '../queries'
import { Ends, Person, Sees, StateChips } from './UserParts'
import { SORTS, yesNo } from './words'

type Known = { id: string; title: string }[]

const KEY = 'pum.users.columns'
const DEFAULT = ['state', 'libraries', 'tags', 'expires', 'joined']

const when = (instant: string | null | undefined) =>
  instant ? <RelativeTime value={instant} /> : '–'

function Tags({ tags }: { tags: string[] }) {
  if (tags.length === 0) return '–'
  const [first, ...more] = tags
  return (
    <span title={tags.join(', ')} className="flex min-w-0 gap-1">
      <Chip tone="brand" typed>
        <bdi>{first}</bdi>
      </Chip>
      {more.length > 0 && (
        <span className="shrink-0">
          <Chip>+{number(more.length)}</Chip>
        </span>
      )}
    </span>
  )
}

/** All columns that can be chosen, in their order. */
function choosable(known: Known | undefined): Column<User>[] {
  return [
    {
      id: 'state',
      header: m.list_status(),
      width: 200,
      cell: (user) => <StateChips user={user} />,
    },
    {
      id: 'libraries',
      header: m.users_col_libraries(),
      width: 176,
      cell: (user) => <Sees user={user} known={known} />,
    },
    {
      id: 'downloads',
      header: m.users_col_downloads(),
      width: 120,
      cell: (user) => yesNo(user.allow_downloads),
    },
    {
      id: 'tags',
      header: m.user_tags(),
      width: 136,
      cell: (user) => <Tags tags={user.tags} />,
    },
    {
      id: 'expires',
      header: SORTS.expires(),
      sortable: true,
      width: 136,
      cell: (user) => <Ends user={user} />,
    },
    {
      id: 'joined',
      header: SORTS.joined(),
      sortable: true,
      width: 136,
      cell: (user) => when(user.joined_at),
    },
    {
      id: 'added',
      header: SORTS.added(),
      sortable: true,
      width: 136,
      cell: (user) => when(user.added_at),
    },
    {
      id: 'last_streamed',
      header: SORTS.last_streamed(),
      sortable: true,
      width: 136,
      cell: (user) => when(user.last_streamed_at),
    },
    {
      id: 'plays',
      header: SORTS.plays(),
      sortable: true,
      align: 'end',
      width: 104,
      cell: (user) => number(user.plays),
    },
    {
      id: 'watch_time',
      header: SORTS.watch_time(),
      sortable: true,
      align: 'end',
      width: 136,
      cell: (user) => duration(user.watch_seconds),
    },
    {
      id: 'discord',
      header: m.user_discord(),
      width: 152,
      cell: ({ discord }) => (discord ? <bdi>{discord.username ?? discord.id}</bdi> : '–'),
    },
    {
      id: 'invited_by',
      header: m.user_invited_by(),
      width: 152,
      cell: ({ invited_by }) => (invited_by?.label ? <bdi>{invited_by.label}</bdi> : '–'),
    },
  ]
}

/** Every column's id and name, for the menu that chooses them. */
export const columnChoices = () =>
  choosable(undefined).map(({ id, header }) => ({ value: id, label: String(header) }))

/** Which columns this browser shows, kept for the next visit. */
export function useChosenColumns() {
  const [chosen, setChosen] = useState<string[]>(() => kept(KEY)?.split(',') ?? DEFAULT)
  return {
    chosen,
    choose: (ids: string[]) => {
      keep(KEY, ids.join(','))
      setChosen(ids)
    },
  }
}

interface Wanted {
  chosen: string[]
  known: Known | undefined
  onOpen: (user: User) => void
  actions: (user: User) => React.ReactNode
}

/** The person, what was chosen, the actions. */
export function userColumns({ chosen, known, onOpen, actions }: Wanted): Column<User>[] {
  return [
    {
      id: 'username',
      header: SORTS.username(),
      sortable: true,
      cell: (user) => <Person user={user} onOpen={onOpen} />,
    },
    ...choosable(known).filter(({ id }) => chosen.includes(id)),
    {
      id: 'actions',
      header: m.list_actions(),
      quiet: true,
      align: 'end',
      width: 68,
      cell: actions,
    },
  ]
}
