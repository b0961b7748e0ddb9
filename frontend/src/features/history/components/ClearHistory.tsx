import { Eraser } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useCan } from '@/api/session'
import { Button } from '@/components/ui/Button'
import { m } from '@/paraglide/messages.js'

const ClearDialog = lazy(() => import('./ClearDialog'))

/** The button that asks what to clear, for whoever may. */
export function ClearHistory() {
  const can = useCan()
  const [open, setOpen] = useState(false)
  // Once asked for it stays, so that it can close with its contents.
  const [wanted, setWanted] = useState(false)
  if (!can('history.clear')) return null
  const ask = () => {
    setWanted(true)
    setOpen(true)
  }
  return (
    <>
      <Button icon={Eraser} variant="danger" onClick={ask}>
        {m.history_clear()}
      </Button>
      {wanted && (
        <Suspense>
          <ClearDialog open={open} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
