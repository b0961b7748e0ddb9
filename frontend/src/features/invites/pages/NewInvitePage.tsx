import { zodResolver } from '@hookform/resolvers/zod'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { FormProblem, spreadProblem } from '@/components/form'
import { PageHead } from '@/components/ui/PageHead'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { InviteForm } from '../components/InviteForm'
import {
  emptyInvite,
  FIELDS,
  type InviteValues,
  inviteSchema,
  toInput,
} from '../components/invite-values'
import { useCreateInvite } from '../queries'

/** Makes an invite; its page then shows the link. */
export default function NewInvitePage() {
  const create = useCreateInvite()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<unknown>(null)
  const form = useForm<InviteValues>({
    resolver: zodResolver(inviteSchema),
    mode: 'onTouched',
    defaultValues: emptyInvite(),
  })
  return (
    <div className="flex max-w-180 flex-col gap-6">
      <PageHead title={m.invite_new_title()} status={m.invite_new_status()} />
      <InviteForm
        form={form}
        trouble={<FormProblem error={problem} />}
        submitLabel={m.invites_create()}
        withPath
        onSubmit={async (values) => {
          setProblem(null)
          try {
            const invite = await create.mutateAsync(toInput(values))
            toast.ok(m.invite_created())
            await navigate({ to: '/invites/$inviteId', params: { inviteId: invite.id } })
          } catch (error) {
            setProblem(spreadProblem(error, form.setError, FIELDS))
          }
        }}
      />
    </div>
  )
}
