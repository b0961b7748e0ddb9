/** @jsxImportSource preact */
import { m } from '@/paraglide/messages.js'
import { Icon } from '../icons'
import { Actions, Alert, Button, Card, Head, LinkButton, ProblemSlot } from '../parts'
import type { Redemption, Step } from '../types'
import { failedText, STEP_LABEL, STEP_STATE, waitText } from '../words'
import { PLEX_WEB } from './done'
import type { ScreenProps } from './props'

/** The seat is taken and Plex is being asked: drawn step by step. */
export function Joining({ model }: ScreenProps) {
  const { redemption } = model
  if (!redemption) return null
  return (
    <>
      <Head heading={m.guest_joining_heading()} lead={m.guest_joining_lead()} />
      <Steps redemption={redemption} />
      <Waiting model={model} />
    </>
  )
}

/** Only the person can go on: the invitation waits in their mail. */
export function ByEmail({ model }: ScreenProps) {
  const { redemption } = model
  if (!redemption) return null
  const address = redemption.plex?.email_masked
  return (
    <>
      <Head heading={m.guest_email_heading()} lead={m.guest_email_lead()} />
      <Alert tone="info" icon="mail">
        {address && (
          <p class="font-semibold">
            <bdi>{address}</bdi>
          </p>
        )}
        <p>{m.guest_email_spam()}</p>
      </Alert>
      <Actions>
        <LinkButton href={PLEX_WEB} icon="play" primary>
          {m.guest_open_plex()}
        </LinkButton>
      </Actions>
      <Steps redemption={redemption} />
      {model.stale && <Alert tone="warn">{m.guest_stale()}</Alert>}
    </>
  )
}

interface FailedProps extends ScreenProps {
  reason: string
  mayRetry: boolean
  mayStartOver: boolean
}

/** It came to nothing: at which step, why, and what helps. */
export function Failed(props: FailedProps) {
  const { visit, model, reason, mayRetry, mayStartOver } = props
  return (
    <>
      <Head
        mark={{ icon: 'cross', tone: 'bad' }}
        heading={m.guest_failed_heading()}
        lead={failedText(reason)}
      />
      {model.redemption && reason !== 'abandoned' && <Steps redemption={model.redemption} />}
      <ProblemSlot problem={model.problem} />
      <Actions>
        {mayRetry && (
          <Button icon="retry" primary busy={model.busy !== null} onPress={visit.retry}>
            {m.guest_try_again()}
          </Button>
        )}
        {mayStartOver && (
          <Button icon="lock" primary busy={model.busy !== null} onPress={visit.signIn}>
            {m.guest_start_again()}
          </Button>
        )}
      </Actions>
    </>
  )
}

function Waiting({ model }: Pick<ScreenProps, 'model'>) {
  const reason = model.redemption?.reason
  if (model.stale) return <Alert tone="warn">{m.guest_stale()}</Alert>
  return reason ? <Alert tone="warn">{waitText(reason)}</Alert> : null
}

function Steps({ redemption }: { redemption: Redemption }) {
  return (
    <Card>
      <ol class="flex flex-col">
        {redemption.steps.map((step) => {
          const label = STEP_LABEL[step.name]
          return label && <StepRow key={step.name} step={step} label={label()} />
        })}
      </ol>
    </Card>
  )
}

const MARK = {
  pending: 'border-2 border-line',
  current: 'bg-brand-soft text-brand-text',
  waiting: 'bg-warn-soft text-warn',
  done: 'bg-ok-soft text-ok',
  failed: 'bg-bad-soft text-bad',
}

function StepRow({ step, label }: { step: Step; label: string }) {
  return (
    <li
      class="step flex items-center gap-3 pb-4 last:pb-0"
      aria-current={step.state === 'current' || step.state === 'waiting' ? 'step' : undefined}
    >
      <span class={`grid size-6 shrink-0 place-items-center rounded-full ${MARK[step.state]}`}>
        {step.state === 'done' && <Icon name="check" class="size-3.5" />}
        {step.state === 'failed' && <Icon name="cross" class="size-3.5" />}
        {step.state === 'waiting' && <span class="size-2 rounded-full bg-current" />}
        {step.state === 'current' && <span class="live-dot size-2 rounded-full bg-current" />}
      </span>
      <span
        class={`min-w-0 text-base ${step.state === 'pending' ? 'text-fg-3' : 'font-medium text-fg'}`}
      >
        {label}
        <span class="sr-only">: {STEP_STATE[step.state]()}</span>
      </span>
    </li>
  )
}

/** What a screen reader is told when something moves. */
export function progressText(redemption: Redemption): string {
  const active = redemption.steps.findLast((step) => step.state !== 'pending')
  const label = active && STEP_LABEL[active.name]
  if (!active || !label) return ''
  const text = `${label()}: ${STEP_STATE[active.state]()}`
  const waits = redemption.reason && active.state === 'waiting' && redemption.state === 'seat_taken'
  return waits ? `${text}. ${waitText(redemption.reason ?? '')}` : text
}
