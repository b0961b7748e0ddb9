import { useNavigate } from '@tanstack/react-router'
import { Copy, Ellipsis, Pause, Pencil, Play, QrCode as QrIcon, Trash2 } from 'lucide-react'
import { type ReactElement, useState } from 'react'
import { useCan } from '@/api/session'
import { problemText } from '@/components/problem-text'
import { ConfirmDialog } from '@/components/ui/ConfirmDialog'
import { copyText } from '@/components/ui/CopyField'
import { Dialog } from '@/components/ui/Dialog'
import { IconButton } from '@/components/ui/IconButton'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/Menu'
import { toast } from '@/components/ui/Toast'
import { basePath } from '@/lib/base'
import { m } from '@/paraglide/messages.js'
import { type Invite, useDeleteInvite, useRest } from '../queries'
import { inviteName } from './words'

/** Copies the link and says so. */
export async function copyLink(invite: Invite) {
  if (await copyText(invite.url)) toast.ok(m.invite_copied())
  else toast.error(m.invite_copy_failed())
}

interface InviteActionsProps {
  invite: Invite
  trigger?: ReactElement
  /** Called when the invite is gone. */
  onDeleted?: () => void
}

/** Everything that can be done with one invite. */
export function InviteActions({ invite, trigger, onDeleted }: InviteActionsProps) {
  const can = useCan()
  const navigate = useNavigate()
  const rest = useRest()
  const remove = useDeleteInvite()
  const [layer, setLayer] = useState<'qr' | 'delete' | null>(null)
  const name = inviteName(invite)
  const paused = invite.status === 'paused'

  const toggle = () =>
    rest.mutate(
      { id: invite.id, paused: !paused },
      {
        onSuccess: () =>
          toast.ok(paused ? m.invite_resumed_toast({ name }) : m.invite_paused_toast({ name })),
        onError: (error) => toast.error(problemText(error)),
      },
    )

  return (
    <>
      <Menu
        trigger={trigger ?? <IconButton icon={Ellipsis} label={m.list_actions_for({ name })} />}
      >
        <MenuItem icon={Copy} onSelect={() => void copyLink(invite)}>
          {m.invite_copy_link()}
        </MenuItem>
        <MenuItem icon={QrIcon} onSelect={() => setLayer('qr')}>
          {m.invite_qr()}
        </MenuItem>
        {can('invites.edit') && (
          <>
            <MenuItem
              icon={Pencil}
              onSelect={() =>
                void navigate({
                  to: '/invites/$inviteId/edit',
                  params: { inviteId: invite.id },
                })
              }
            >
              {m.invite_edit()}
            </MenuItem>
            <MenuItem icon={paused ? Play : Pause} onSelect={toggle}>
              {paused ? m.invite_resume() : m.invite_pause()}
            </MenuItem>
          </>
        )}
        {can('invites.delete') && (
          <>
            <MenuSeparator />
            <MenuItem icon={Trash2} danger onSelect={() => setLayer('delete')}>
              {m.invite_delete()}
            </MenuItem>
          </>
        )}
      </Menu>
      <Dialog
        open={layer === 'qr'}
        onClose={() => setLayer(null)}
        title={name}
        description={m.invite_qr_help()}
      >
        {/* Dark on light in both themes: that is what cameras expect. */}
        <img
          src={`${basePath()}/api/v1/invites/${invite.id}/qr.svg`}
          alt={m.invite_qr_label({ name })}
          className="mx-auto aspect-square w-full max-w-64 rounded-tile bg-sunken"
        />
      </Dialog>
      <ConfirmDialog
        open={layer === 'delete'}
        onClose={() => {
          setLayer(null)
          remove.reset()
        }}
        title={m.invite_delete_title({ name })}
        confirm={m.invite_delete()}
        danger
        busy={remove.isPending}
        error={remove.isError ? problemText(remove.error) : undefined}
        onConfirm={() =>
          remove.mutate(invite.id, {
            onSuccess: () => {
              setLayer(null)
              toast.ok(m.invite_deleted_toast({ name }))
              onDeleted?.()
            },
          })
        }
      >
        {m.invite_delete_text()}
      </ConfirmDialog>
    </>
  )
}
