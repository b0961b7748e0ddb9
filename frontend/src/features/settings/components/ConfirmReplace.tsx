import type { Schema } from '@/api/client'
import { hasCode, hasStatus } from '@/api/problem'
import { ConfirmDialog } from '@/components/ui/ConfirmDialog'
import { m } from '@/paraglide/messages.js'

type Patch = Schema<'PlexPatch'>

/** What would have to be confirmed for a refused change to go through; null when nothing would help. */
export function toConfirm(error: unknown, patch: Patch): Patch | null {
  // Another server or owner may be meant; only the admin can say so.
  if (hasCode(error, 'plex_other_server')) return { ...patch, replace_server: true }
  if (hasCode(error, 'plex_not_owner') && hasStatus(error, 409))
    return { ...patch, change_owner: true }
  return null
}

interface ConfirmReplaceProps {
  /** What would be saved; null while there is nothing to ask. */
  patch: Patch | null
  server: string
  onCancel: () => void
  onConfirm: (patch: Patch) => void
}

/** Asks before another server, or another owner, takes the place of the pinned one. */
export function ConfirmReplace({ patch, server, onCancel, onConfirm }: ConfirmReplaceProps) {
  const other = patch?.replace_server
  return (
    <ConfirmDialog
      open={patch !== null}
      onClose={onCancel}
      title={
        other
          ? m.plex_settings_replace_server_title({ server })
          : m.plex_settings_change_owner_title({ server })
      }
      confirm={other ? m.plex_settings_replace_server() : m.plex_settings_change_owner()}
      danger
      busy={false}
      onConfirm={() => patch && onConfirm(patch)}
    >
      {other
        ? m.plex_settings_replace_server_text({ server })
        : m.plex_settings_change_owner_text({ server })}
    </ConfirmDialog>
  )
}
