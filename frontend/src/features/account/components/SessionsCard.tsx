import { useQuery } from '@tanstack/react-query'
import { MonitorSmartphone } from 'lucide-react'
import { useState } from 'react'
import { problemText } from '@/components/problem-text'
import { Button } from '@/components/ui/Button'
import { CardSection } from '@/components/ui/Card'
import { Chip } from '@/components/ui/Chip'
import { ConfirmDialog } from '@/components/ui/ConfirmDialog'
import { ErrorState } from '@/components/ui/ErrorState'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { ListSkeleton } from '@/components/ui/Skeleton'
import { toast } from '@/components/ui/Toast'
import { describeAgent } from '@/lib/user-agent'
import { m } from '@/paraglide/messages.js'
import { type SessionRow, sessionsQuery, useEndOtherSessions, useEndSession } from '../queries'

/** Every browser that is signed in, with a way to sign it out. */
export function SessionsCard() {
  const list = useQuery(sessionsQuery)
  if (list.isPending) return <ListSkeleton rows={2} />
  return (
    <CardSection
      title={m.account_sessions()}
      hint={m.account_sessions_hint()}
      action={(list.data?.items.length ?? 0) > 1 && <EndOthers />}
      flush
    >
      {list.isLoadingError ? (
        <ErrorState
          title={m.account_sessions_failed()}
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : (
        <ul className="divide-y divide-line">
          {list.data.items.map((session) => (
            <Row key={session.id} session={session} />
          ))}
        </ul>
      )}
    </CardSection>
  )
}

function sessionName({ user_agent }: SessionRow): string {
  const { browser, system } = describeAgent(user_agent ?? '')
  if (browser && system) return m.browser_on({ browser, system })
  return browser ?? system ?? m.account_session_unknown()
}

function Row({ session }: { session: SessionRow }) {
  const end = useEndSession()
  const name = sessionName(session)
  return (
    <li className="flex items-center gap-3 px-4 py-3 sm:px-5">
      <MonitorSmartphone aria-hidden className="size-5 shrink-0 text-fg-3" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {name}
          {session.current && <Chip tone="ok">{m.account_session_current()}</Chip>}
        </p>
        <p className="text-sm text-fg-3">
          {m.account_session_used()} <RelativeTime value={session.last_used_at} />
          {session.address && ` · ${session.address}`}
        </p>
      </div>
      {!session.current && (
        <Button
          size="sm"
          busy={end.isPending}
          aria-label={m.account_session_end_for({ name })}
          onClick={() =>
            end.mutate(session.id, {
              onSuccess: () => toast.ok(m.account_session_ended()),
              onError: (error) => toast.error(m.nav_sign_out_failed(), problemText(error)),
            })
          }
        >
          {m.account_session_end()}
        </Button>
      )}
    </li>
  )
}

function EndOthers() {
  const end = useEndOtherSessions()
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button variant="danger" size="sm" onClick={() => setAsking(true)}>
        {m.account_sessions_end_all()}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => {
          setAsking(false)
          end.reset()
        }}
        title={m.account_sessions_end_title()}
        confirm={m.account_sessions_end_all()}
        danger
        busy={end.isPending}
        error={end.isError ? problemText(end.error) : undefined}
        onConfirm={() =>
          end.mutate(undefined, {
            onSuccess: () => {
              setAsking(false)
              toast.ok(m.account_sessions_ended())
            },
          })
        }
      >
        {m.account_sessions_end_text()}
      </ConfirmDialog>
    </>
  )
}
