/** @jsxImportSource preact */
import { m } from '@/paraglide/messages.js'
import { Icon } from '../icons'
import { Actions, Alert, Button, Card, Head, LinkButton, ProblemSlot, Ticks } from '../parts'
import type { RefusalCode } from '../screen'
import { REFUSED } from '../words'
import type { ScreenProps } from './props'

const HEAD = {
  checking: { heading: m.guest_checking_heading, lead: m.guest_checking_lead },
  pending: { heading: m.guest_waiting_heading, lead: m.guest_waiting_lead },
  expired: { heading: m.guest_expired_heading, lead: m.guest_expired_lead },
}

/** Somebody went to Plex; we ask whether they came back with an account. */
export function SigningIn(props: ScreenProps & { at: keyof typeof HEAD }) {
  const { visit, model, at } = props
  const head = HEAD[at]
  const waiting = at === 'pending'
  // "Start again" is the main way on once the old sign-in can't be continued.
  const lead = waiting && model.signInUrl !== null
  return (
    <>
      <Head heading={head.heading()} lead={head.lead()} />
      {at === 'checking' ? (
        <div class="late flex items-center gap-3 text-brand-text">
          <span class="spinner" aria-hidden="true" />
          <span class="h-2 w-40 rounded-full bg-line" />
        </div>
      ) : (
        <>
          <Card>
            <Ticks items={[m.guest_promise_password(), m.guest_promise_leave()]} />
          </Card>
          {model.stale && <Alert tone="warn">{m.guest_stale()}</Alert>}
          <ProblemSlot problem={model.problem} />
          <Actions>
            {waiting && model.signInUrl !== null && (
              <LinkButton href={model.signInUrl} icon="lock" primary>
                {m.guest_continue_at_plex()}
              </LinkButton>
            )}
            <Button
              icon="retry"
              primary={!lead}
              busy={model.busy === 'sign_in'}
              blocked={model.busy !== null}
              onPress={visit.signIn}
            >
              {m.guest_start_again()}
            </Button>
            <KeepAccount visit={visit} model={model} />
          </Actions>
        </>
      )}
    </>
  )
}

/** The account was turned away: why, and what helps. */
export function Refused({ visit, model, code }: ScreenProps & { code: RefusalCode }) {
  // Nothing about the account: another one would be turned away just the same.
  const full = code === 'plex_share_limit'
  return (
    <>
      <Head
        mark={{ icon: 'alert', tone: 'warn' }}
        heading={m.guest_refused_heading()}
        lead={REFUSED[code]()}
      />
      <ProblemSlot problem={model.problem} />
      {!full && (
        <p class="flex items-start gap-2.5 text-base text-fg-2">
          <span class="mt-px text-fg-3">
            <Icon name="lock" />
          </span>
          {m.guest_refused_hint()}
        </p>
      )}
      <Actions>
        {full ? (
          <Button icon="retry" primary busy={model.busy !== null} onPress={visit.load}>
            {m.guest_try_again()}
          </Button>
        ) : (
          <Button icon="retry" primary busy={model.busy !== null} onPress={visit.signIn}>
            {m.guest_switch()}
          </Button>
        )}
        {!full && <KeepAccount visit={visit} model={model} />}
      </Actions>
    </>
  )
}

/** Back to the account that is linked already, after a switch that came to nothing. */
function KeepAccount({ visit, model }: Pick<ScreenProps, 'visit' | 'model'>) {
  const linked = model.redemption?.plex
  if (!linked) return null
  return (
    <Button onPress={visit.keepAccount} blocked={model.busy !== null}>
      {m.guest_keep_account()} <bdi>{linked.username}</bdi>
    </Button>
  )
}
