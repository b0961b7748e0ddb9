import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import { useState } from 'react'
import { setupQuery } from '@/api/session'
import { PublicLayout } from '@/components/PublicLayout'
import { Button } from '@/components/ui/Button'
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
  // A step that was done before and is looked at once more.
  const [again, setAgain] = useState<SetupStep | null>(null)
  const [begun, setBegun] = useState(false)
  const next = setup?.next_step ?? 'finish'
  const step = again ?? next
  const place = STEPS.findIndex((one) => one.step === step)
  // The first step makes the admin who does the others.
  const before = begun || place < 2 ? undefined : STEPS[place - 1]?.step
  const after = again ? STEPS[place + 1]?.step : undefined
  const goTo = (to: SetupStep) => setAgain(to === next ? null : to)
  return (
    <PublicLayout
      progress={
        setup && (
          <Stepper
            label={m.setup_steps()}
            steps={STEPS.map(({ label }) => label())}
            current={place}
          />
        )
      }
    >
      {setup ? (
        <>
          <Step
            key={step}
            step={step}
            onDone={() => after && goTo(after)}
            onBegun={() => setBegun(true)}
          />
          {(before || after) && (
            <div className="flex flex-wrap justify-between gap-2">
              {before && (
                <Button variant="ghost" icon={ArrowLeft} onClick={() => goTo(before)}>
                  {m.setup_back()}
                </Button>
              )}
              {after && (
                <Button variant="ghost" className="ms-auto" onClick={() => goTo(after)}>
                  {m.setup_keep()}
                </Button>
              )}
            </div>
          )}
        </>
      ) : error ? (
        <ErrorState title={m.setup_failed()} error={error} onRetry={() => void refetch()} />
      ) : (
        <BlockSkeleton />
      )}
    </PublicLayout>
  )
}

interface StepProps {
  step: SetupStep
  /** It has been saved. */
  onDone: () => void
  /** The wizard is through: there is no way back any more. */
  onBegun: () => void
}

function Step({ step, onDone, onBegun }: StepProps) {
  switch (step) {
    case 'admin':
      return <AdminStep />
    case 'plex':
      return <PlexStep onDone={onDone} />
    case 'app':
      return <AppStep onDone={onDone} />
    case 'finish':
      return <FinishStep onBegun={onBegun} />
  }
}
