import { purgeReason } from '@/components/purge-words'
import { Avatar } from '@/components/ui/Avatar'
import { Chip } from '@/components/ui/Chip'
import type { Column } from '@/components/ui/DataTable'
import { Link } from '@/components/ui/Link'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { date, number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import type { Judged } from '../queries'

const when = (at: string | null | undefined) => (at ? <RelativeTime value={at} /> : m.purge_never())

export function judgedColumns(): Column<Judged>[] {
  return [
    { id: 'who', header: m.users_col_person(), cell: (row) => <Person row={row} /> },
    {
      id: 'verdict',
      header: m.purge_col_verdict(),
      width: 300,
      cell: (row) => <Verdict row={row} />,
    },
    {
      id: 'idle',
      header: m.purge_col_idle(),
      align: 'end',
      width: 112,
      cell: ({ idle_days }) => number(idle_days),
    },
    {
      id: 'last',
      header: m.users_col_last_streamed(),
      width: 136,
      cell: ({ last_streamed_at }) => when(last_streamed_at),
    },
    {
      id: 'joined',
      header: m.users_col_joined(),
      width: 136,
      cell: ({ joined_at }) => (joined_at ? <RelativeTime value={joined_at} /> : '–'),
    },
  ]
}

function Person({ row: { user } }: { row: Judged }) {
  return (
    <span className="flex min-w-0 items-center gap-3">
      <Avatar name={user.username} src={user.thumb} size="sm" />
      <Link
        to="/users/$userId"
        params={{ userId: user.id }}
        className="min-w-0 break-words text-fg"
      >
        <bdi>{user.username}</bdi>
      </Link>
    </span>
  )
}

/** Goes or stays, why, and whether the clock has begun with it. */
function Verdict({ row: { verdict, reason, stage } }: { row: Judged }) {
  const goes = verdict === 'purge'
  return (
    <div className="flex flex-col items-start gap-1 py-1">
      <span className="flex flex-wrap gap-1.5">
        <Chip tone={goes ? 'warn' : 'ok'} dot>
          {goes ? m.purge_goes() : m.purge_stays()}
        </Chip>
        {stage && <Chip tone="bad">{m.purge_stage({ date: date(stage.remove_at) })}</Chip>}
      </span>
      <span className="text-xs text-fg-3">{purgeReason(reason) ?? reason}</span>
    </div>
  )
}

/** The same on a narrow screen. */
export function JudgedCard({ row }: { row: Judged }) {
  const { idle_days, last_streamed_at } = row
  return (
    <div className="flex flex-col gap-2 text-sm">
      <Person row={row} />
      <Verdict row={row} />
      <p className="text-fg-3">
        {m.purge_idle_for({ count: idle_days })} · {m.users_col_last_streamed()}:{' '}
        {when(last_streamed_at)}
      </p>
    </div>
  )
}
