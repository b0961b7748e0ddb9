import { useNavigate } from '@tanstack/react-router'
import { PageHead } from '@/components/ui/PageHead'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { InviteForm } from '../components/InviteForm'
import { emptyInvite, toInput } from '../components/invite-values'
import { useCreateInvite } from '../queries'

/** Makes an invite; its page then shows the link. */
export default function NewInvitePage() {
  const create = useCreateInvite()
  const navigate = useNavigate()
  return (
    <div className="flex max-w-180 flex-col gap-6">
      <PageHead title={m.invite_new_title()} status={m.invite_new_status()} />
      <InviteForm
        initial={emptyInvite()}
        submitLabel={m.invites_create()}
        withPath
        onSubmit={async (values) => {
          const invite = await create.mutateAsync(toInput(values))
          toast.ok(m.invite_created())
          await navigate({ to: '/invites/$inviteId', params: { inviteId: invite.id } })
        }}
      />
    </div>
  )
}
