import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleCheck } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api, unwrap } from '@/api/client'
import { setupQuery } from '@/api/session'
import { FormProblem } from '@/components/form'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { PageHead } from '@/components/ui/PageHead'
import { Progress } from '@/components/ui/Progress'
import { m } from '@/paraglide/messages.js'
import { useFinishSetup } from '../queries'

const LOOK_MS = 1000
// Longer than Plex usually needs, shorter than anybody's patience.
const PATIENCE_MS = 20_000

/** The last step: the first reading of the libraries, watched while it happens. */
export function FinishStep() {
  const finish = useFinishSetup()
  return (
    <>
      <PageHead title={m.setup_finish_title()} status={m.setup_finish_status()} />
      {finish.isSuccess ? (
        <FirstRefresh />
      ) : (
        <>
          <FormProblem error={finish.error} />
          <Button
            variant="primary"
            size="lg"
            busy={finish.isPending}
            onClick={() => finish.mutate()}
          >
            {m.setup_finish_start()}
          </Button>
        </>
      )}
    </>
  )
}

function FirstRefresh() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [late, setLate] = useState(false)
  const { data } = useQuery({
    queryKey: ['libraries', 'first'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/libraries', { signal })),
    refetchInterval: ({ state }) => (state.data?.items.length ? false : LOOK_MS),
  })
  const found = data?.items ?? []

  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])

  const open = async () => {
    await client.refetchQueries({ queryKey: setupQuery.queryKey })
    await navigate({ to: '/' })
  }

  return (
    <div role="status" className="flex flex-col gap-5">
      {found.length > 0 ? (
        <>
          <p className="flex items-center gap-2 text-lg font-medium">
            <CircleCheck aria-hidden className="size-5 text-ok" />
            {m.setup_finish_done({ count: found.length })}
          </p>
          <ul className="flex flex-wrap gap-2 text-sm text-fg-2">
            {found.map((library) => (
              <li key={library.id} className="rounded-full border border-line px-3 py-1">
                <bdi>{library.title}</bdi>
              </li>
            ))}
          </ul>
          <p className="text-fg-2">{m.setup_finish_done_text()}</p>
        </>
      ) : (
        <>
          <Progress label={m.setup_finish_running()} />
          <p className="text-fg-2">{m.setup_finish_running()}</p>
          {late && <Alert tone="warn">{m.setup_finish_waiting()}</Alert>}
        </>
      )}
      {(found.length > 0 || late) && (
        <Button variant="primary" size="lg" onClick={() => void open()}>
          {m.setup_open_dashboard()}
        </Button>
      )}
    </div>
  )
}
