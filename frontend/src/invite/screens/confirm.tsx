/** @jsxImportSource preact */
import { initials, seed } from '@/lib/seed'
import { m } from '@/paraglide/messages.js'
import { Actions, Alert, Button, Card, Head, ProblemSlot } from '../parts'
import { termsOf } from '../screen'
import { Terms } from '../terms'
import type { PlexAccount } from '../types'
import { Named } from '../words'
import type { ScreenProps } from './props'

/** "Is this you?", with what is accepted. */
export function Confirm({ visit, model }: ScreenProps) {
  const { redemption, problem, changed, busy } = model
  if (!redemption) return null
  const terms = termsOf(model)
  const again = problem?.kind === 'seats_gone'
  return (
    <>
      <Head
        heading={m.guest_confirm_heading()}
        lead={
          <Named
            name={terms?.server_name ?? 'Plex'}
            say={(slot) => m.guest_confirm_lead({ server: slot })}
          />
        }
      />
      {redemption.plex && <Account account={redemption.plex} />}
      <div role="alert" class="empty:hidden">
        {changed && <Alert tone="info">{m.guest_changed()}</Alert>}
      </div>
      {terms && <Terms terms={terms} />}
      <ProblemSlot problem={problem} />
      <Actions>
        <Button
          icon="check"
          primary
          busy={busy === 'accept'}
          blocked={busy !== null}
          onPress={visit.accept}
        >
          {changed ? m.guest_accept_again() : again ? m.guest_try_again() : m.guest_accept()}
        </Button>
        <Button busy={busy === 'sign_in'} blocked={busy !== null} onPress={visit.signIn}>
          {m.guest_switch()}
        </Button>
      </Actions>
    </>
  )
}

function Account({ account }: { account: PlexAccount }) {
  return (
    <Card>
      <div class="flex items-center gap-4">
        <Avatar account={account} />
        <div class="min-w-0">
          <p class="text-lg font-semibold">
            <bdi>{account.username}</bdi>
          </p>
          {account.email_masked && (
            <p class="text-base text-fg-3">
              <bdi>{account.email_masked}</bdi>
            </p>
          )}
        </div>
      </div>
    </Card>
  )
}

const TINTS = 5

/** The initials, and over them the picture, unless it fails. */
function Avatar({ account }: { account: PlexAccount }) {
  return (
    <span
      class={`tint-${seed(account.username) % TINTS} relative grid size-14 shrink-0 place-items-center overflow-hidden rounded-full text-lg font-semibold`}
      aria-hidden="true"
    >
      {initials(account.username)}
      {account.thumb && (
        <img
          class="absolute inset-0 size-full object-cover"
          src={account.thumb}
          alt=""
          onError={(event) => {
            event.currentTarget.hidden = true
          }}
        />
      )}
    </span>
  )
}
