import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { libraryChoicesQuery } from '@/api/library-choices'
import { FormProblem } from '@/components/form'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { Chip, type Tone } from '@/components/ui/Chip'
import { Dialog } from '@/components/ui/Dialog'
import { ErrorState } from '@/components/ui/ErrorState'
import { LoadMore } from '@/components/ui/LoadMore'
import { ListSkeleton } from '@/components/ui/Skeleton'
import { number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import {
  type BulkInput,
  type BulkPreview,
  previewQuery,
  useStartBulk,
  type Whom,
} from '../bulk-queries'
import { BulkTerms } from './BulkTerms'
import { ask, FIRST_TERMS, TASKS, type Task, type Terms } from './bulk-tasks'
import { whyWords } from './bulk-why'
import { valueWords } from './field-words'
import { userField } from './words'

interface BulkDialogProps {
  task: Task
  whom: Whom
  count: number
  onClose: () => void
  /** Called with the bulk's id, also when the page has been left meanwhile. */
  onBegun: (id: string) => void
  /** Called with it while the page is there. */
  onStarted: (id: string) => void
}

/** A key that nobody else has; plain http has no randomUUID. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** What is to be done, then what it would make of everybody, then the button. */
export default function BulkDialog({
  task,
  whom,
  count,
  onClose,
  onBegun,
  onStarted,
}: BulkDialogProps) {
  const [terms, setTerms] = useState<Terms>(FIRST_TERMS)
  const [missing, setMissing] = useState<string | null>(null)
  const [input, setInput] = useState<BulkInput | null>(null)
  const [key, setKey] = useState(newKey)
  const preview = useInfiniteQuery(previewQuery(input))
  const start = useStartBulk(onBegun)
  const verdicts = tally(preview.data?.rows ?? [])
  // Who would be left as they are is known once everybody has been looked at.
  const partly = preview.hasNextPage
  const reached = (preview.data?.total ?? count) - verdicts.unchanged - verdicts.refused
  const danger = task === 'remove' || task === 'suspend'

  const look = () => {
    const asked = ask(task, terms, whom)
    if (typeof asked === 'string') return setMissing(asked)
    setMissing(null)
    setKey(newKey())
    setInput(asked)
  }

  return (
    <Dialog
      open
      wide={input !== null}
      busy={start.isPending}
      onClose={onClose}
      title={TASKS[task].title({ count })}
      footer={
        input === null ? (
          <>
            <Button onClick={onClose}>{m.ui_cancel()}</Button>
            <Button variant="primary" onClick={look}>
              {m.bulk_preview()}
            </Button>
          </>
        ) : (
          <>
            <Button
              disabled={start.isPending}
              onClick={() => {
                setInput(null)
                start.reset()
              }}
            >
              {m.bulk_back()}
            </Button>
            <Button
              variant={danger ? 'danger-solid' : 'primary'}
              busy={start.isPending}
              disabled={!preview.data || reached === 0}
              onClick={() =>
                start.mutate({ input, key }, { onSuccess: ({ bulk_id }) => onStarted(bulk_id) })
              }
            >
              {partly
                ? m.bulk_start_up_to({ count: number(reached) })
                : m.bulk_start({ count: number(reached) })}
            </Button>
          </>
        )
      }
    >
      {input === null ? (
        <div className="flex flex-col gap-4">
          {missing && <Alert tone="bad">{missing}</Alert>}
          <BulkTerms
            task={task}
            terms={terms}
            onChange={(change) => setTerms({ ...terms, ...change })}
          />
        </div>
      ) : preview.isPending ? (
        <ListSkeleton rows={4} />
      ) : preview.isLoadingError ? (
        <ErrorState
          title={m.bulk_preview_failed()}
          error={preview.error}
          onRetry={() => void preview.refetch()}
        />
      ) : (
        <div className="flex flex-col gap-3">
          <FormProblem error={start.error} />
          <p className="text-sm text-fg-2">
            {partly
              ? m.bulk_preview_some({
                  seen: number(preview.data.rows.length),
                  total: number(preview.data.total),
                })
              : m.bulk_preview_text()}
          </p>
          <ul aria-label={m.bulk_verdicts()} className="flex flex-wrap gap-1.5">
            {VERDICT_ORDER.filter((verdict) => verdicts[verdict] > 0).map((verdict) => (
              <li key={verdict}>
                <Chip tone={VERDICTS[verdict].tone}>
                  {VERDICTS[verdict].label()}: {number(verdicts[verdict])}
                </Chip>
              </li>
            ))}
          </ul>
          <ul className="divide-y divide-line rounded-tile border border-line">
            {preview.data.rows.map((row) => (
              <Row key={row.user.id} row={row} />
            ))}
          </ul>
          {preview.hasNextPage && (
            <LoadMore
              shown={preview.data.rows.length}
              total={preview.data.total}
              totalIsMinimum={preview.data.totalIsMinimum}
              hasMore
              loading={preview.isFetchingNextPage}
              error={preview.isFetchNextPageError ? preview.error : null}
              onMore={() => void preview.fetchNextPage()}
            />
          )}
        </div>
      )}
    </Dialog>
  )
}

type Verdict = BulkPreview['verdict']

const VERDICTS: Record<Verdict, { label: () => string; tone: Tone }> = {
  changes: { label: m.bulk_changes, tone: 'info' },
  unchanged: { label: m.bulk_unchanged, tone: 'mute' },
  refused: { label: m.bulk_refused, tone: 'bad' },
}

const VERDICT_ORDER = Object.keys(VERDICTS) as Verdict[]

/** How many of those that were looked at would end up how. */
function tally(rows: BulkPreview[]): Record<Verdict, number> {
  const counts = { changes: 0, unchanged: 0, refused: 0 }
  for (const { verdict } of rows) counts[verdict] += 1
  return counts
}

/** One person: now, then, or why not. */
function Row({ row }: { row: BulkPreview }) {
  const known = useQuery(libraryChoicesQuery).data?.items
  const { label, tone } = VERDICTS[row.verdict]
  const before: Record<string, unknown> = { ...row.before }
  const after: Record<string, unknown> = { ...row.after }
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 px-3 py-2.5 text-sm">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">
          <bdi>{row.user.username}</bdi>
        </p>
        {row.verdict === 'refused' && <p className="text-fg-3">{whyWords(row)}</p>}
        {row.verdict === 'changes' &&
          fields.map((field) => (
            <p key={field} className="text-fg-2">
              {userField(field)}: <bdi>{valueWords(field, before[field], known)}</bdi>
              <span aria-hidden> → </span>
              <span className="sr-only">{m.bulk_becomes()}</span>
              <bdi className="font-medium text-fg">{valueWords(field, after[field], known)}</bdi>
            </p>
          ))}
      </div>
      <Chip tone={tone}>{label()}</Chip>
    </li>
  )
}
