/** @jsxImportSource preact */
import { m } from '@/paraglide/messages.js'
import { Actions, Button, Head, Reference } from '../parts'
import type { DeadEnd as Why } from '../screen'
import { DEAD_END } from '../words'
import type { ScreenProps } from './props'

// Where trying again can help. The others need the host.
const PASSING: readonly Why[] = ['paused', 'too_many', 'offline', 'unreachable', 'broken']

/** The link leads nowhere, or not now: each cause in its own words. */
export function DeadEnd(props: ScreenProps & { why: Why; reference: string | null }) {
  const { visit, model, why, reference } = props
  const words = DEAD_END[why]
  return (
    <>
      <Head mark={{ icon: 'alert', tone: 'warn' }} heading={words.heading()} lead={words.lead()} />
      <Reference id={reference} />
      {PASSING.includes(why) && (
        <Actions>
          <Button icon="retry" primary busy={model.busy !== null} onPress={visit.load}>
            {m.guest_try_again()}
          </Button>
        </Actions>
      )}
    </>
  )
}

/** The shape of the first screen, while it is fetched. */
export function Loading() {
  return (
    <div class="late flex flex-col gap-6" role="status" aria-busy="true">
      <span class="sr-only">{m.guest_loading()}</span>
      <div class="flex flex-col gap-3">
        <div class="h-10 w-4/5 rounded-tile bg-line" />
        <div class="h-5 w-full rounded-small bg-line" />
        <div class="h-5 w-3/5 rounded-small bg-line" />
      </div>
      <div class="h-28 rounded-tile bg-line" />
      <div class="h-12 rounded-tile bg-line" />
    </div>
  )
}
