import { ExternalLink } from 'lucide-react'
import { m } from '@/paraglide/messages.js'
import { FormProblem } from './form'
import { Button } from './ui/Button'
import type { ButtonVariant } from './ui/button-style'

/** A sign-in with Plex: how it stands, and how to begin and end it. */
export interface PlexSignIn {
  phase: 'idle' | 'leaving' | 'waiting'
  error: unknown
  begin: () => Promise<void>
  cancel: () => void
}

interface PlexButtonProps {
  label: string
  variant?: ButtonVariant
  className?: string
  signIn: PlexSignIn
}

/** Starts a sign-in with Plex, and shows how it stands when the person is back. */
export function PlexButton({ label, variant = 'secondary', className, signIn }: PlexButtonProps) {
  const { phase, error, begin, cancel } = signIn
  return (
    <div className="flex flex-col gap-3">
      <FormProblem error={error} />
      {phase === 'waiting' ? (
        <div className="flex flex-col gap-2" role="status">
          <Button variant={variant} busy {...(className && { className })}>
            {m.plex_waiting()}
          </Button>
          <Button variant="ghost" onClick={cancel}>
            {m.plex_start_over()}
          </Button>
        </div>
      ) : (
        <Button
          variant={variant}
          icon={ExternalLink}
          busy={phase === 'leaving'}
          onClick={() => void begin()}
          {...(className && { className })}
        >
          {label}
        </Button>
      )}
    </div>
  )
}
