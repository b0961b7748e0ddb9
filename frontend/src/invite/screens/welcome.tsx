/** @jsxImportSource preact */
import { endText } from '@/lib/ends'
import { m } from '@/paraglide/messages.js'
import { Actions, Button, Head, ProblemSlot, Ticks } from '../parts'
import { Terms } from '../terms'
import { Named } from '../words'
import type { ScreenProps } from './props'

/** What is offered, and the way in. */
export function Welcome({ visit, model }: ScreenProps) {
  const { invite } = model
  if (!invite) return null
  const server = invite.server_name
  return (
    <>
      <Head
        heading={m.guest_welcome_heading()}
        lead={<Named name={server} say={(slot) => m.guest_welcome_lead({ server: slot })} />}
      />
      <Terms terms={invite} />
      <ProblemSlot problem={model.problem} />
      <Actions>
        <Button icon="lock" primary busy={model.busy !== null} onPress={visit.signIn}>
          {m.guest_sign_in()}
        </Button>
        <p class="text-center text-sm text-balance text-fg-3">
          {invite.expires_at
            ? m.guest_link_until({ date: endText(invite.expires_at) })
            : m.guest_link_open()}{' '}
          {m.guest_sign_in_note()}
        </p>
      </Actions>
      <Promises server={server} />
    </>
  )
}

/** What signing in does and doesn't do. */
export function Promises({ server }: { server: string }) {
  return (
    <Ticks
      items={[
        <Named key="sees" name={server} say={(slot) => m.guest_promise_sees({ server: slot })} />,
        m.guest_promise_password(),
        m.guest_promise_leave(),
      ]}
    />
  )
}
