import { useQuery } from '@tanstack/react-query'
import { setupQuery } from '@/api/session'
import { PublicLayout } from '@/components/PublicLayout'
import { ErrorState } from '@/components/ui/ErrorState'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { Stepper } from '@/components/ui/Stepper'
import { m } from '@/paraglide/messages.js'
import { AdminStep } from '../components/AdminStep'
import { AppStep } from '../components/AppStep'
import { FinishStep } from '../components/FinishStep'
import { PlexStep } from '../components/PlexStep'
import type { SetupStep } from '../queries'

const STEPS: { step: SetupStep; label: () => string }[] = [
  { step: 'admin', label: m.setup_step_admin },
  { step: 'plex', label: m.setup_step_plex },
  { step: 'app', label: m.setup_step_app },
  { step: 'finish', label: m.setup_step_finish },
]

/** The wizard. The server says which step is next, so it goes on where it was left. */
export default function SetupPage() {
  const { data: setup, error, refetch } = useQuery(setupQuery)
  const step = setup?.next_step ?? 'finish'
  return (
    <PublicLayout
      progress={
        setup && (
          <Stepper
            label={m.setup_steps()}
            steps={STEPS.map(({ label }) => label())}
            current={STEPS.findIndex((one) => one.step === step)}
          />
        )
      }
    >
      {setup ? (
        <Step key={step} step={step} />
      ) : error ? (
        <ErrorState title={m.setup_failed()} error={error} onRetry={() => void refetch()} />
      ) : (
        <BlockSkeleton />
      )}
    </PublicLayout>
  )
}

function Step({ step }: { step: SetupStep }) {
  switch (step) {
    case 'admin':
      return <AdminStep />
    case 'plex':
      return <PlexStep />
    case 'app':
      return <AppStep />
    case 'finish':
      return <FinishStep />
  }
}
