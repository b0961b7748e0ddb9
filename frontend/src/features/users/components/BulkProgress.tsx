import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { CircleStop, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { problemText } from '@/components/problem-text'
import { Button } from '@/components/ui/Button'
import { Chip, type Tone } from '@/components/ui/Chip'
import { Dialog } from '@/components/ui/Dialog'
import { ErrorState } from '@/components/ui/ErrorState'
import { LoadMore } from '@/components/ui/LoadMore'
import { Progress } from '@/components/ui/Progress'
import { Select } from '@/components/ui/Select'
import { ListSkeleton } from '@/components/ui/Skeleton'
import { toast } from '@/components/ui/Toast'
import { number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import {
  type Bulk,
  bulkItemsQuery,
  bulkQuery,
  goneThrough,
  type ItemState,
  useSteerBulk,
} from '../bulk-queries'
import { whyWords } from './bulk-why'

const STATES: Record<ItemState, { label: () => string; tone: Tone }> = {
  waiting: { label: m.bulk_item_waiting, tone: 'mute' },
  under_way: { label: m.bulk_item_under_way, tone: 'info' },
  applied: { label: m.bulk_item_applied, tone: 'ok' },
  unchanged: { label: m.bulk_unchanged, tone: 'mute' },
  refused: { label: m.bulk_refused, tone: 'warn' },
  failed: { label: m.bulk_item_failed, tone: 'bad' },
  superseded: { label: m.bulk_item_superseded, tone: 'mute' },
  skipped: { label: m.bulk_item_skipped, tone: 'mute' },
}

const STATE_ORDER = Object.keys(STATES) as ItemState[]

interface BulkProgressProps {
  id: string
  onClose: () => void
}

/** How a change of many goes: live, person by person. It goes on when this is closed. */
export default function BulkProgress({ id, onClose }: BulkProgressProps) {
  const bulk = useQuery(bulkQuery(id))
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={m.bulk_progress_title()}
      description={m.bulk_progress_help()}
      footer={bulk.data && <Steering bulk={bulk.data} onClose={onClose} />}
    >
      {bulk.isPending ? (
        <ListSkeleton rows={4} />
      ) : bulk.isLoadingError ? (
        <ErrorState
          title={m.bulk_failed()}
          error={bulk.error}
          onRetry={() => void bulk.refetch()}
        />
      ) : (
        <Standing bulk={bulk.data} />
      )}
    </Dialog>
  )
}

function Steering({ bulk, onClose }: { bulk: Bulk; onClose: () => void }) {
  const steer = useSteerBulk(bulk.id)
  const run = (verb: 'stop' | 'retry') =>
    steer.mutate(verb, {
      onError: (error) => toast.error(m.user_act_failed(), problemText(error)),
    })
  return (
    <>
      {bulk.state === 'running' && (
        <Button icon={CircleStop} busy={steer.isPending} onClick={() => run('stop')}>
          {m.bulk_stop()}
        </Button>
      )}
      {bulk.state !== 'stopped' && bulk.counts.failed > 0 && (
        <Button icon={RotateCw} busy={steer.isPending} onClick={() => run('retry')}>
          {m.bulk_retry({ count: bulk.counts.failed })}
        </Button>
      )}
      <Button variant="primary" onClick={onClose}>
        {m.ui_close()}
      </Button>
    </>
  )
}

function Standing({ bulk }: { bulk: Bulk }) {
  const [state, setState] = useState<ItemState | undefined>()
  const done = goneThrough(bulk)
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-col gap-2">
        <Progress label={m.bulk_progress_title()} value={done} max={bulk.total} />
        <p role="status" className="num text-sm text-fg-2">
          {bulk.state === 'stopped'
            ? m.bulk_stopped({ done: number(done), total: number(bulk.total) })
            : m.bulk_done({ done: number(done), total: number(bulk.total) })}
        </p>
      </div>
      <ul className="flex flex-wrap gap-1.5">
        {STATE_ORDER.filter((one) => bulk.counts[one] > 0).map((one) => (
          <li key={one}>
            <Chip tone={STATES[one].tone}>
              {STATES[one].label()}: {number(bulk.counts[one])}
            </Chip>
          </li>
        ))}
      </ul>
      <div className="w-56 max-w-full">
        <Select
          aria-label={m.list_status()}
          value={state ?? ''}
          onChange={({ target }) => setState(STATE_ORDER.find((one) => one === target.value))}
          options={[
            { value: '', label: `${m.list_status()}: ${m.ui_any()}` },
            ...STATE_ORDER.map((value) => ({ value, label: STATES[value].label() })),
          ]}
        />
      </div>
      {/* So high at least that nothing moves away under the pointer when few fit. */}
      <div className="min-h-72">
        <Items id={bulk.id} state={state} />
      </div>
    </div>
  )
}

function Items({ id, state }: { id: string; state: ItemState | undefined }) {
  const list = useInfiniteQuery(bulkItemsQuery(id, state))
  if (list.isPending) return <ListSkeleton rows={3} />
  if (list.isLoadingError)
    return (
      <ErrorState title={m.bulk_failed()} error={list.error} onRetry={() => void list.refetch()} />
    )
  if (list.data.rows.length === 0)
    return <p className="py-4 text-center text-sm text-fg-3">{m.list_nothing_matches()}</p>
  return (
    <>
      <ul className="divide-y divide-line rounded-tile border border-line">
        {list.data.rows.map((item) => (
          <li key={item.user.id} className="flex items-start gap-3 px-3 py-2.5 text-sm">
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium">
                <bdi>{item.user.username}</bdi>
              </p>
              {item.reason && <p className="text-fg-3">{whyWords(item)}</p>}
            </div>
            <Chip tone={STATES[item.state].tone}>{STATES[item.state].label()}</Chip>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <LoadMore
          shown={list.data.rows.length}
          total={list.data.total}
          totalIsMinimum={list.data.totalIsMinimum}
          hasMore
          loading={list.isFetchingNextPage}
          error={list.isFetchNextPageError ? list.error : null}
          onMore={() => void list.fetchNextPage()}
        />
      )}
    </>
  )
}
