import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { History, Trash2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useCan } from '@/api/session'
import { KeysetList } from '@/components/KeysetList'
import { useNarrow } from '@/components/list-search'
import { workTitle } from '@/components/stream-words'
import { useTicks } from '@/components/ticks'
import { ActionBar, ON_ACTION_BAR } from '@/components/ui/ActionBar'
import { EmptyState } from '@/components/ui/EmptyState'
import { dateTime } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { type PastStream, streamHistoryQuery, userStatsQuery } from '../queries'
import type { StreamHistorySearch } from '../routes'
import { pastColumns, StreamRowCard } from './columns'
import { ForgetStreams } from './ForgetStreams'
import { StreamFilters } from './StreamFilters'

const NO_ROWS: PastStream[] = []

const idOf = (stream: PastStream) => stream.id
const label = (stream: PastStream) =>
  m.stream_select({ title: workTitle(stream), when: dateTime(stream.started_at) })

interface PastStreamsProps {
  search: StreamHistorySearch
  /** Whose; everybody's without. */
  userId?: string
}

/** What was watched, newest first: filters, list, and what to do with the ticked ones. */
export function PastStreams({ search, userId }: PastStreamsProps) {
  const can = useCan()
  const { narrow, clear } = useNarrow(search)
  const wanted = userId === undefined ? search : { ...search, user_id: userId }
  const list = useInfiniteQuery(streamHistoryQuery(wanted))
  const ticks = useTicks({
    rows: list.data?.rows ?? NO_ROWS,
    idOf,
    label,
    allLabel: m.stream_select_all(),
    listKey: JSON.stringify(wanted),
  })
  const [forgetting, setForgetting] = useState(false)
  const ofPerson = userId !== undefined
  const linked = !ofPerson && can('users.view')
  const columns = useMemo(() => pastColumns({ ofPerson, linked }), [ofPerson, linked])
  const players = usePlayers(list.data?.rows ?? NO_ROWS, userId)
  return (
    <div className="flex flex-col gap-5">
      <StreamFilters search={search} players={players} onChange={narrow} ofPerson={ofPerson} />
      <KeysetList
        label={m.stream_history_title()}
        list={list}
        failed={m.stream_history_failed()}
        empty={
          <EmptyState icon={History} title={m.stream_history_empty()}>
            {m.stream_history_empty_text()}
          </EmptyState>
        }
        onClear={clear}
        columns={columns}
        rowKey={idOf}
        card={(stream) => <StreamRowCard stream={stream} ofPerson={ofPerson} linked={linked} />}
        selection={can('stream_history.delete') ? ticks.selection : undefined}
        eager
      />
      {ticks.chosen.length > 0 && (
        <ActionBar
          label={m.stream_history_bar()}
          count={m.stream_history_selected({ count: ticks.chosen.length })}
          onClear={ticks.clear}
          clearLabel={m.stream_history_clear()}
        >
          <button
            type="button"
            aria-haspopup="dialog"
            onClick={() => setForgetting(true)}
            className={ON_ACTION_BAR}
          >
            <Trash2 aria-hidden className="size-4" />
            {m.stream_forget()}
          </button>
        </ActionBar>
      )}
      <ForgetStreams
        ids={ticks.chosen}
        open={forgetting}
        onClose={() => setForgetting(false)}
        onDone={ticks.clear}
      />
    </div>
  )
}

/** The players that the rows name, and those of a person's figures. */
function usePlayers(rows: PastStream[], userId: string | undefined): string[] {
  const stats = useQuery({ ...userStatsQuery(userId ?? ''), enabled: userId !== undefined }).data
  return useMemo(() => {
    const names = [
      ...rows.map((row) => row.player_name),
      ...(stats?.players ?? []).map((one) => one.player),
    ]
    return [...new Set(names.filter((name) => name !== ''))].sort()
  }, [rows, stats])
}
