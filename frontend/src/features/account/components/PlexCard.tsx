import { useState } from 'react'
import type { Schema } from '@/api/client'
import { PlexButton } from '@/components/PlexButton'
import { problemText } from '@/components/problem-text'
import { Avatar } from '@/components/ui/Avatar'
import { Button } from '@/components/ui/Button'
import { CardSection } from '@/components/ui/Card'
import { ConfirmDialog } from '@/components/ui/ConfirmDialog'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { useLinkPlex, useUnlinkPlex } from '../queries'

/** The Plex account that opens the dashboard. */
export function PlexCard({ admin }: { admin: Schema<'Admin'> }) {
  const link = useLinkPlex(() => toast.ok(m.account_plex_linked()))
  return (
    <CardSection title={m.account_plex()}>
      {admin.plex ? (
        <Linked account={admin.plex} />
      ) : (
        <div className="flex flex-col items-start gap-4">
          <p className="text-fg-2">{m.account_plex_none()}</p>
          <PlexButton label={m.account_plex_link()} signIn={link} />
        </div>
      )}
    </CardSection>
  )
}

function Linked({ account }: { account: Schema<'LinkedPlexAccount'> }) {
  const unlink = useUnlinkPlex()
  const [asking, setAsking] = useState(false)
  const name = account.username
  return (
    <div className="flex items-center gap-3">
      <Avatar name={name} src={account.thumb} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">
          <bdi>{name}</bdi>
        </p>
        <p className="text-sm text-fg-3">{m.account_plex_linked_as()}</p>
      </div>
      <Button variant="danger" onClick={() => setAsking(true)}>
        {m.account_plex_unlink()}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => {
          setAsking(false)
          unlink.reset()
        }}
        title={m.account_plex_unlink_title({ name })}
        confirm={m.account_plex_unlink()}
        danger
        busy={unlink.isPending}
        error={unlink.isError ? problemText(unlink.error) : undefined}
        onConfirm={() =>
          unlink.mutate(undefined, {
            onSuccess: () => {
              setAsking(false)
              toast.ok(m.account_plex_unlinked())
            },
          })
        }
      >
        {m.account_plex_unlink_text()}
      </ConfirmDialog>
    </div>
  )
}
