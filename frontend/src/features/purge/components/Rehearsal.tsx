import { useQuery } from '@tanstack/react-query'
import { UserRoundCheck } from 'lucide-react'
import type { Schema } from '@/api/client'
import { Alert } from '@/components/ui/Alert'
import { Avatar } from '@/components/ui/Avatar'
import { Chip } from '@/components/ui/Chip'
import { type Column, DataTable } from '@/components/ui/DataTable'
import { EmptyState } from '@/components/ui/EmptyState'
import { ErrorState } from '@/components/ui/ErrorState'
import { Link } from '@/components/ui/Link'
import { ListSkeleton } from '@/components/ui/Skeleton'
import { date, number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { rehearsalQuery, type Terms } from '../queries'

type Past = Schema<'PurgeRehearsal'>
type Gone = Past['would_remove'][number]

/** Whom the terms would have removed in the past year, and who would have been missed. */
export function Rehearsal({ terms, wait }: { terms: Terms; wait: number }) {
  const past = useQuery(rehearsalQuery(terms, wait))
  if (past.isPending) return <ListSkeleton rows={5} />
  if (past.isLoadingError)
    return (
      <ErrorState
        title={m.rehearsal_failed()}
        error={past.error}
        onRetry={() => void past.refetch()}
      />
    )
  const { days, would_remove, removed_count, came_back_count } = past.data
  const { watching_since, imported_since } = past.data
  return (
    <div className="flex flex-col gap-4">
      <Alert
        tone={came_back_count > 0 ? 'warn' : 'info'}
        title={m.rehearsal_would({ count: removed_count })}
      >
        {removed_count > 0 && `${m.rehearsal_back({ count: came_back_count })} `}
        {watching_since
          ? m.rehearsal_looked({ days: number(days), date: date(watching_since) })
          : m.purge_never_watched()}
        {imported_since && <> {m.purge_imported_since({ date: date(imported_since) })}</>}
      </Alert>
      {would_remove.length === 0 ? (
        <EmptyState icon={UserRoundCheck} title={m.rehearsal_empty()}>
          {m.rehearsal_empty_text()}
        </EmptyState>
      ) : (
        <>
          <DataTable
            label={m.rehearsal_title()}
            columns={columns()}
            rows={would_remove}
            rowKey={({ user, removed_at }) => `${user.id} ${removed_at}`}
            card={(gone) => (
              <div className="flex flex-col items-start gap-2 text-sm">
                <Person gone={gone} />
                <Back gone={gone} />
                <p className="text-fg-3">
                  {date(gone.removed_at)} · {m.purge_idle_for({ count: gone.idle_days })}
                </p>
              </div>
            )}
          />
          {would_remove.length < removed_count && (
            <p className="num text-center text-xs text-fg-3">
              {m.ui_shown_of({ shown: number(would_remove.length), total: number(removed_count) })}
            </p>
          )}
        </>
      )}
    </div>
  )
}

function columns(): Column<Gone>[] {
  return [
    { id: 'who', header: m.users_col_person(), cell: (gone) => <Person gone={gone} /> },
    {
      id: 'when',
      header: m.rehearsal_col_when(),
      width: 160,
      cell: ({ removed_at }) => date(removed_at),
    },
    {
      id: 'idle',
      header: m.purge_col_idle(),
      align: 'end',
      width: 120,
      cell: ({ idle_days }) => number(idle_days),
    },
    {
      id: 'back',
      header: m.rehearsal_col_back(),
      width: 240,
      cell: (gone) => <Back gone={gone} />,
    },
  ]
}

function Person({ gone: { user } }: { gone: Gone }) {
  return (
    <span className="flex min-w-0 items-center gap-3">
      <Avatar name={user.username} src={user.thumb} size="sm" />
      <Link to="/users/$userId" params={{ userId: user.id }} className="min-w-0 text-fg">
        <bdi>{user.username}</bdi>
      </Link>
    </span>
  )
}

function Back({ gone: { came_back_within_days: days } }: { gone: Gone }) {
  return days == null ? (
    <Chip>{m.rehearsal_not_back()}</Chip>
  ) : (
    <Chip tone="warn" dot>
      {m.rehearsal_came_back({ count: days })}
    </Chip>
  )
}
