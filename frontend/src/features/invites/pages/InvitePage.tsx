import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { ChevronDown, History, ExternalLink as OpenIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { inviteQuery } from '@/api/invite'
import { libraryChoicesQuery } from '@/api/library-choices'
import { useCan } from '@/api/session'
import { libraryTitles } from '@/components/library-words'
import { buttonClass } from '@/components/ui/button-style'
import { CardSection } from '@/components/ui/Card'
import { Chip } from '@/components/ui/Chip'
import { CopyField } from '@/components/ui/CopyField'
import { ErrorState } from '@/components/ui/ErrorState'
import { ButtonLink } from '@/components/ui/Link'
import { PageHead } from '@/components/ui/PageHead'
import { EndTime, RelativeTime } from '@/components/ui/RelativeTime'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import { InviteActions } from '../components/InviteActions'
import { Redemptions } from '../components/Redemptions'
import { grantsWords, inviteName, STATUS, usesWords } from '../components/words'
import type { Invite } from '../queries'

/** One invite: its link, its terms, who came through it. */
export default function InvitePage() {
  const { inviteId } = useParams({ from: '/shell/invites/$inviteId' })
  const invite = useQuery(inviteQuery(inviteId))
  if (invite.isPending) return <BlockSkeleton lines={6} />
  if (invite.isLoadingError)
    return (
      <ErrorState
        title={m.invite_failed()}
        error={invite.error}
        onRetry={() => void invite.refetch()}
        action={<ButtonLink to="/invites">{m.nav_invites()}</ButtonLink>}
      />
    )
  return <Details invite={invite.data} />
}

function Details({ invite }: { invite: Invite }) {
  const navigate = useNavigate()
  const can = useCan()
  const { label, tone } = STATUS[invite.status]
  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={inviteName(invite)}
        status={
          <span className="flex flex-wrap items-center gap-2">
            <Chip tone={tone} dot>
              {label()}
            </Chip>
            {invite.created_by && <bdi>{m.invite_created_by({ name: invite.created_by })}</bdi>}
            <RelativeTime value={invite.created_at} />
          </span>
        }
        actions={
          <>
            {can('history.view') && (
              <ButtonLink to="/history" search={{ invite_id: invite.id }} icon={History}>
                {m.invite_history()}
              </ButtonLink>
            )}
            <InviteActions
              invite={invite}
              onDeleted={() => void navigate({ to: '/invites', search: {} })}
              trigger={
                <button type="button" className={buttonClass('secondary')}>
                  {m.list_actions()}
                  <ChevronDown aria-hidden className="size-4 text-fg-3" />
                </button>
              }
            />
          </>
        }
      />
      <div className="grid gap-4 lg:grid-cols-2">
        <CardSection title={m.invite_link()}>
          <div className="flex flex-col gap-3">
            <CopyField label={m.invite_link()} value={invite.url} />
            <a
              href={invite.url}
              target="_blank"
              rel="noreferrer"
              className={buttonClass('ghost', 'md', '-ms-3 self-start')}
            >
              <OpenIcon aria-hidden className="size-4" />
              {m.invite_open()}
            </a>
          </div>
        </CardSection>
        <CardSection title={m.invite_terms()}>
          <Terms invite={invite} />
        </CardSection>
      </div>
      <Redemptions inviteId={invite.id} />
    </div>
  )
}

function Terms({ invite }: { invite: Invite }) {
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
      <Term name={m.invites_col_libraries()}>
        <LibraryTitles choice={invite.libraries} />
      </Term>
      <Term name={m.invites_col_uses()}>{usesWords(invite)}</Term>
      <Term name={m.invites_col_expires()}>
        {invite.expires_at ? <EndTime value={invite.expires_at} /> : m.invite_never()}
      </Term>
      <Term name={m.invite_membership()}>
        {invite.membership_days == null
          ? m.invite_membership_permanent()
          : m.invite_membership_for({ count: invite.membership_days })}
      </Term>
      <Term name={m.invite_downloads_word()}>
        {invite.allow_downloads ? m.invite_downloads_yes() : m.invite_downloads_no()}
      </Term>
      <Term name={m.invite_grants()}>{grantsWords(invite)}</Term>
      {invite.require_discord != null && (
        <Term name={m.invite_require_discord()}>{yesNo(invite.require_discord)}</Term>
      )}
      {invite.require_guild != null && (
        <Term name={m.invite_require_guild()}>{yesNo(invite.require_guild)}</Term>
      )}
      {invite.bound_email && (
        <Term name={m.invite_bound_email_word()}>
          <bdi className="break-all">{invite.bound_email}</bdi>
        </Term>
      )}
    </dl>
  )
}

const yesNo = (yes: boolean) => (yes ? m.ui_yes() : m.ui_no())

function Term({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-fg-3">{name}</dt>
      <dd className="text-base">{children}</dd>
    </div>
  )
}

/** The titles of the chosen libraries; their number until they are known. */
function LibraryTitles({ choice }: { choice: Invite['libraries'] }) {
  const { data } = useQuery(libraryChoicesQuery)
  return <bdi>{libraryTitles(choice, data?.items)}</bdi>
}
