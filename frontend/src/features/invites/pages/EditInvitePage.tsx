import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { inviteQuery } from '@/api/invite'
import { ErrorState } from '@/components/ui/ErrorState'
import { PageHead } from '@/components/ui/PageHead'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { InviteForm } from '../components/InviteForm'
import { fromInvite, toPatch } from '../components/invite-values'
import { inviteName } from '../components/words'
import { type Invite, useUpdateInvite } from '../queries'

/** Changes the terms of an invite. */
export default function EditInvitePage() {
  const { inviteId } = useParams({ from: '/shell/invites/$inviteId/edit' })
  const invite = useQuery(inviteQuery(inviteId))
  if (invite.data) return <Edit key={invite.data.version} invite={invite.data} />
  if (invite.isLoadingError)
    return (
      <ErrorState
        title={m.invite_failed()}
        error={invite.error}
        onRetry={() => void invite.refetch()}
      />
    )
  return <BlockSkeleton lines={6} />
}

function Edit({ invite }: { invite: Invite }) {
  const update = useUpdateInvite(invite)
  const navigate = useNavigate()
  return (
    <div className="flex max-w-180 flex-col gap-6">
      <PageHead
        title={m.invite_edit_title({ name: inviteName(invite) })}
        status={m.invite_edit_status()}
      />
      <InviteForm
        initial={fromInvite(invite)}
        submitLabel={m.invite_save()}
        onSubmit={async (values, changed) => {
          await update.mutateAsync(toPatch(values, changed))
          toast.ok(m.invite_saved())
          await navigate({ to: '/invites/$inviteId', params: { inviteId: invite.id } })
        }}
      />
    </div>
  )
}
