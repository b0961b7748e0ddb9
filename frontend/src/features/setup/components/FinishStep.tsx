import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api, type Schema, unwrap } from '@/api/client'
import { hasStatus } from '@/api/problem'
import { setupQuery } from '@/api/session'
import { FormProblem } from '@/components/form'
import { syncProblem } from '@/components/sync-words'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { PageHead } from '@/components/ui/PageHead'
import { Progress } from '@/components/ui/Progress'
import { m } from '@/paraglide/messages.js'
import { useFinishSetup } from '../queries'

const LOOK_MS = 1000
// Longer than Plex usually needs, shorter than anybody's patience.
const PATIENCE_MS = 20_000

/** The last step: the first reading of the libraries and of the people, watched while it happens. */
export function FinishStep({ onBegun }: { onBegun: () => void }) {
  const finish = useFinishSetup()
  return (
    <>
      <PageHead title={m.setup_finish_title()} status={m.setup_finish_status()} />
      {finish.isSuccess ? (
        <FirstLook />
      ) : (
        <>
          <FormProblem error={finish.error} />
          <Button
            variant="primary"
            size="lg"
            busy={finish.isPending}
            onClick={() => finish.mutate(undefined, { onSuccess: onBegun })}
          >
            {m.setup_finish_start()}
          </Button>
        </>
      )}
    </>
  )
}

function FirstLook() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [late, setLate] = useState(false)
  const libraries = useQuery(firstLibrariesQuery).data?.items ?? []
  const people = useFirstSync()

  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])

  const open = async () => {
    await client.refetchQueries({ queryKey: setupQuery.queryKey })
    await navigate({ to: '/' })
  }

  const read = libraries.length > 0
  return (
    <div role="status" className="flex flex-col gap-5">
      {read ? (
        <>
          <Found>{m.setup_finish_done({ count: libraries.length })}</Found>
          <ul className="flex flex-wrap gap-2 text-sm text-fg-2">
            {libraries.map((library) => (
              <li key={library.id} className="rounded-full border border-line px-3 py-1">
                <bdi>{library.title}</bdi>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <Reading>{m.setup_finish_running()}</Reading>
      )}
      {people.state === 'reading' && <Reading>{m.setup_finish_people_running()}</Reading>}
      {people.state === 'read' && <Found>{m.setup_finish_people({ count: people.count })}</Found>}
      {people.state === 'failed' && (
        <Alert tone="warn">
          {m.setup_finish_people_failed()} {people.why}
        </Alert>
      )}
      {read && (people.state === 'read' || people.state === 'unseen') && (
        <p className="text-fg-2">{m.setup_finish_done_text()}</p>
      )}
      {late && (!read || people.state === 'reading') && (
        <Alert tone="warn">{m.setup_finish_waiting()}</Alert>
      )}
      {((read && people.state !== 'reading') || late) && (
        <Button variant="primary" size="lg" onClick={() => void open()}>
          {m.setup_open_dashboard()}
        </Button>
      )}
    </div>
  )
}

function Reading({ children }: { children: string }) {
  return (
    <div className="flex flex-col gap-2">
      <Progress label={children} />
      <p className="text-fg-2">{children}</p>
    </div>
  )
}

function Found({ children }: { children: string }) {
  return (
    <p className="flex items-center gap-2 text-lg font-medium">
      <CircleCheck aria-hidden className="size-5 text-ok" />
      {children}
    </p>
  )
}

const firstLibrariesQuery = queryOptions({
  queryKey: ['libraries', 'first'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/libraries', { signal })),
  refetchInterval: ({ state }) => (state.data?.items.length ? false : LOOK_MS),
})

const isOver = ({ state }: Schema<'Sync'>) => state !== 'queued' && state !== 'running'

const firstSyncQuery = queryOptions({
  queryKey: ['syncs', 'first'],
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/users/syncs', { params: { query: { limit: 1 } }, signal })),
  refetchInterval: ({ state }) => (state.data?.items.some(isOver) ? false : LOOK_MS),
  retry: false,
})

type FirstSync =
  | { state: 'reading' | 'unseen' }
  | { state: 'read'; count: number }
  | { state: 'failed'; why: string | undefined }

/** How far the first comparison with Plex has come, that began when the wizard ended. */
function useFirstSync(): FirstSync {
  const { data, error } = useQuery(firstSyncQuery)
  const sync = data?.items[0]
  // An admin who opened the wizard again need not be allowed to see people.
  if (hasStatus(error, 403)) return { state: 'unseen' }
  if (!sync || !isOver(sync)) return { state: 'reading' }
  if (sync.state === 'failed') return { state: 'failed', why: syncProblem(sync.problem) }
  return { state: 'read', count: sync.added + sync.updated + sync.returned + sync.unchanged }
}
