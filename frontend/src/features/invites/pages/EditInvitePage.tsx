import { zodResolver } from '@hookform/resolvers/zod'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { inviteQuery } from '@/api/invite'
import { libraryChoicesQuery } from '@/api/library-choices'
import { Conflict } from '@/components/Conflict'
import { useEdit } from '@/components/edit'
import { factName, factText } from '@/components/fact-words'
import { FormProblem } from '@/components/form'
import { ErrorState } from '@/components/ui/ErrorState'
import { PageHead } from '@/components/ui/PageHead'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { InviteForm } from '../components/InviteForm'
import {
  FIELDS,
  fromInvite,
  type InviteValues,
  inviteSchema,
  TOGETHER,
  toPatch,
} from '../components/invite-values'
import { inviteName } from '../components/words'
import { type Invite, useUpdateInvite } from '../queries'

/** Changes the terms of an invite. */
export default function EditInvitePage() {
  const { inviteId } = useParams({ from: '/shell/invites/$inviteId/edit' })
  const invite = useQuery(inviteQuery(inviteId))
  if (invite.data) return <Edit key={inviteId} invite={invite.data} />
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

/** What was typed stays, whoever else changes the invite meanwhile. */
function Edit({ invite }: { invite: Invite }) {
  const client = useQueryClient()
  const update = useUpdateInvite(invite.id)
  const navigate = useNavigate()
  const libraries = useQuery(libraryChoicesQuery).data?.items
  const { form, base, theirs, problem, adopt, send } = useEdit<Invite, InviteValues>({
    current: invite,
    valuesOf: fromInvite,
    together: TOGETHER,
    resolver: zodResolver(inviteSchema),
    fields: FIELDS,
    read: () => client.fetchQuery({ ...inviteQuery(invite.id), staleTime: 0 }),
  })
  const titleOf = (id: string) => libraries?.find((library) => library.id === id)?.title
  const now: Record<string, unknown> = { ...base }
  return (
    <div className="flex max-w-180 flex-col gap-6">
      <PageHead
        title={m.invite_edit_title({ name: inviteName(base) })}
        status={m.invite_edit_status()}
      />
      <InviteForm
        form={form}
        trouble={
          <>
            {theirs && (
              <Conflict
                fields={theirs.map((field) => ({
                  name: factName(field),
                  value: factText(field, now[field] ?? null, titleOf),
                }))}
                onTake={() => adopt(base)}
              />
            )}
            <FormProblem error={problem} />
          </>
        }
        submitLabel={theirs ? m.edit_save_anyway() : m.invite_save()}
        onSubmit={async (values, changed) => {
          const body = toPatch(values, changed)
          const saved = await send((version) => update.mutateAsync({ version, body }))
          if (!saved) return
          toast.ok(m.invite_saved())
          await navigate({ to: '/invites/$inviteId', params: { inviteId: invite.id } })
        }}
      />
    </div>
  )
}
