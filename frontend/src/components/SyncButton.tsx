import type { UseMutationResult } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { m } from '@/paraglide/messages.js'
import { problemText } from './problem-text'
import { Button } from './ui/Button'
import { toast } from './ui/Toast'

interface SyncButtonProps {
  sync: Pick<UseMutationResult<unknown, Error, void>, 'isPending' | 'mutate'>
  /** One is under way. */
  busy?: boolean
}

/** Has PUM compare its users with Plex. */
export function SyncButton({ sync, busy = false }: SyncButtonProps) {
  return (
    <Button
      icon={RefreshCw}
      busy={busy || sync.isPending}
      onClick={() =>
        sync.mutate(undefined, {
          onSuccess: () => toast.ok(m.syncs_asked()),
          onError: (error) => toast.error(m.syncs_ask_failed(), problemText(error)),
        })
      }
    >
      {m.syncs_now()}
    </Button>
  )
}
