import { useQuery } from '@tanstack/react-query'
import { ArrowRight, RotateCw, Undo2 } from 'lucide-react'
import { useRetryChange } from '@/api/changes'
import { libraryChoicesQuery } from '@/api/library-choices'
import { useCan } from '@/api/session'
import { problemText } from '@/components/problem-text'
import { reasonText } from '@/components/reason-words'
import { driftText } from '@/components/sync-words'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import type { User } from '../queries'
import { useAct } from './act'
import { Fact, Facts } from './Facts'
import { apart, changeWords, keepsAccess, seesWords } from './words'

/** What somebody may see: as it is at Plex, as it is meant, and what is under way between the two. */
export function AccessPanel({ user }: { user: User }) {
  const known = useQuery(libraryChoicesQuery).data?.items
  const { now } = user
  const downloads = (allowed: boolean | null | undefined) =>
    allowed == null
      ? m.user_unknown()
      : allowed
        ? m.invite_downloads_yes()
        : m.invite_downloads_no()
  return (
    <div className="flex flex-col gap-4">
      <ChangeNotice user={user} />
      <DriftNotice user={user} />
      {keepsAccess(user) && <Alert tone="info">{keepsAccess(user)}</Alert>}
      {now && apart(user) ? (
        <div className="grid grid-cols-[1fr_auto_1fr] items-center gap-3">
          <Side title={m.user_now()}>
            <p>
              <bdi>{seesWords(now.libraries, known)}</bdi>
            </p>
            {now.unknown_libraries > 0 && (
              <p className="text-xs text-fg-3">
                {m.user_unknown_libraries({ count: now.unknown_libraries })}
              </p>
            )}
            {now.libraries && (
              <p className="text-xs text-fg-3">
                {m.users_col_downloads()}: {downloads(now.allow_downloads)}
              </p>
            )}
          </Side>
          <ArrowRight aria-hidden className="size-4 text-fg-3 rtl:rotate-180" />
          <Side title={m.user_wanted()}>
            <p>
              <bdi>{seesWords(user.libraries, known)}</bdi>
            </p>
            {user.libraries && (
              <p className="text-xs text-fg-3">
                {m.users_col_downloads()}: {downloads(user.allow_downloads)}
              </p>
            )}
          </Side>
        </div>
      ) : (
        <Facts>
          <Fact name={m.users_col_libraries()}>
            <bdi>{seesWords(user.libraries, known)}</bdi>
          </Fact>
          <Fact name={m.users_col_downloads()}>{downloads(user.allow_downloads)}</Fact>
          {user.kept && (
            <Fact name={m.user_kept()}>
              <bdi>{seesWords(user.kept.libraries, known)}</bdi>
            </Fact>
          )}
        </Facts>
      )}
      {now && (
        <p className="text-xs text-fg-3">
          {m.user_seen_at_plex()} <RelativeTime value={now.at} />
        </p>
      )}
    </div>
  )
}

function Side({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="h-full min-w-0 rounded-tile bg-sunken px-3 py-2.5 text-base">
      <p className="text-xs text-fg-3">{title}</p>
      {children}
    </div>
  )
}

/** How Plex differs, with the question what is to hold; and whether somebody was not to be found there. */
function DriftNotice({ user }: { user: User }) {
  const can = useCan()
  const act = useAct()
  const { drift, missing_since, state } = user
  return (
    <>
      {drift && (
        <Alert
          tone="warn"
          title={m.user_differs()}
          action={
            can('users.edit') && (
              <Button size="sm" aria-haspopup="dialog" onClick={() => act('settle', user)}>
                {m.drift_decide()}
              </Button>
            )
          }
        >
          {driftText(drift.kind) ?? m.user_differs_text()}
          {drift.since && (
            <>
              {' '}
              <RelativeTime value={drift.since} />
            </>
          )}
        </Alert>
      )}
      {missing_since && state !== 'removed' && (
        <Alert tone="warn" title={m.user_missing()}>
          {m.user_missing_text()} <RelativeTime value={missing_since} />
        </Alert>
      )}
    </>
  )
}

/** The change under way or failed, with what can be done about it. */
function ChangeNotice({ user }: { user: User }) {
  const can = useCan()
  const act = useAct()
  const retry = useRetryChange()
  const change = user.pending_change
  if (!change) return null
  const name = user.username
  if (change.state === 'planned')
    return (
      <Alert
        tone="warn"
        title={m.user_change_planned()}
        action={
          can('users.remove') && (
            <Button size="sm" icon={Undo2} onClick={() => act('restore', user)}>
              {m.user_undo()}
            </Button>
          )
        }
      >
        {m.user_change_planned_text()}
      </Alert>
    )
  if (change.state === 'failed')
    return (
      <Alert
        tone="bad"
        live={false}
        title={m.users_change_failed()}
        action={
          can('changes.retry') && (
            <Button
              size="sm"
              icon={RotateCw}
              busy={retry.isPending}
              onClick={() =>
                retry.mutate(change.id, {
                  onSuccess: () => toast.ok(m.attention_retried({ name })),
                  onError: (error) => toast.error(m.attention_retry_failed(), problemText(error)),
                })
              }
            >
              {m.attention_retry()}
            </Button>
          )
        }
      >
        {reasonText(change.reason) ?? change.detail}
      </Alert>
    )
  return (
    <Alert tone="info" title={changeWords(change)}>
      {reasonText(change.reason) ?? m.user_change_text()}
    </Alert>
  )
}
